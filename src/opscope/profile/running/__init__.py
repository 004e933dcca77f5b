"""Runs a traced function with TensorFlow's executor, on given or generated values, and leaves everything as it was."""
