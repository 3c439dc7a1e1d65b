"""A desktop of its own for tests: an X server, a window manager, and hands that only move a mouse and press keys."""
