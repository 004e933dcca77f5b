"""Rows and order: the combinatorial half of the layout."""
