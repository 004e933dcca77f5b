"""Writes the drawing as DOT text, and runs Graphviz on it."""
