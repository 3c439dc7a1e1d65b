"""The remedies of the error book: each a pure step from rejects, or a job, to what they become."""
