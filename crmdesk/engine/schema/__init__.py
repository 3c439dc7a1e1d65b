"""What has changed in the description of a remote object, and what a job does about it."""
