"""The drawing as DOT, and Graphviz."""
