"""The parts that every page is made of, and nothing else: one look and one behaviour for each."""
