"""What is known about tensors without running the graph: shapes, and the values that shapes and loops depend on."""
