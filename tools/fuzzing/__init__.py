"""What `tools/fuzz.py` tries: one module a kind of input, each with ``make(paths) -> Target``."""
