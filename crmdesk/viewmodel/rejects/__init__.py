"""The rejects without their page."""
