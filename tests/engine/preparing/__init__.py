"""Rows made ready to be sent, before anything leaves."""
