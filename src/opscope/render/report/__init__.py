"""The graph in words and tables."""
