"""The local ends of jobs."""
