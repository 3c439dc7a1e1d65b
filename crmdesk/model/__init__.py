"""The nouns: frozen values without I/O, standard library only."""
