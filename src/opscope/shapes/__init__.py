"""What can be said about every tensor without running the graph: its shape, and the values that shapes and loops depend on."""
