"""The local ends of a job: where its rows come from, and where they go."""
