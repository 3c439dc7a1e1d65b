"""The automatic index: windows, and what they are bound to."""
