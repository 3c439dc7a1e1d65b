"""Every page without the page: what it shows and what can be asked of it, in plain asyncio."""
