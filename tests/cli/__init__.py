"""The program as people and programs meet it: a child process, its output, its exit code."""
