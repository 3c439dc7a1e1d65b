"""How text becomes the wire text of each type of field, and the other way round."""
