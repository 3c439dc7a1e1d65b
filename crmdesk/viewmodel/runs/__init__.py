"""The history of runs and one run, without their pages."""
