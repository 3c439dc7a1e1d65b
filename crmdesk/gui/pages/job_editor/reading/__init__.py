"""What the job editor shows of jobs that read, beside mapping and filter."""
