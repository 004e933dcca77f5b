"""What TensorFlow's executor ran of a graph: read from what TensorFlow collected, and mapped to what was written."""
