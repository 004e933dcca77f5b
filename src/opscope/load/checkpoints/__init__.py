"""Reads TensorFlow's checkpoints: which variables they hold, and the objects that these belong to. Values are not read."""
