"""The job file, read and written."""
