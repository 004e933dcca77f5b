"""A GraphDef and its functions as TensorFlow writes them, before expansion. Both `load` and `capture` build on this."""
