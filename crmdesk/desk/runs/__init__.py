"""Runs: asked about, carried out, gone on with, handed on, and taken back."""
