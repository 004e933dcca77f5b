"""Reads TensorFlow Lite models: their subgraphs become the bodies that `program.expand` copies to where they are called.

`flatbuffer` reads tables, `schema`, `operators` and `options` say what is in them, `reading` makes a `StoredModel` (`stored.py`), `bodies`
makes a `Body` of each subgraph, `assembling` the `Graph`. Nothing in the file is run, and of weights only the first values are looked at.
"""
