"""The window: the only package that knows Qt; it shows what the view-models hold and passes on what is asked."""
