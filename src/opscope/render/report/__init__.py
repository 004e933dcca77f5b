"""Tells about a graph in words and tables: the summary, its parts, and the pandas data frame."""
