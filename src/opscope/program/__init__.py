"""Functions and bodies as TensorFlow writes them, before expansion: what reading a file and tracing live both build on."""
