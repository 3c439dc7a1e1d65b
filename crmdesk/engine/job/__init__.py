"""The job file: read into a job with all its problems at once, and written back."""
