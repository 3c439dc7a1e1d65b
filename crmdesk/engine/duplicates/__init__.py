"""An import that takes one row of those that agree in a key."""
