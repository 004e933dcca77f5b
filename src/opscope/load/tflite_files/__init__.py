"""Reads TensorFlow Lite models: their subgraphs become the bodies that `program.expand` copies to where they are called.

`flatbuffer` reads tables, `table_fields`, `operators` and `operator_options` say what is in them, `lite_reading` makes a `LiteModel` (`lite_model.py`), `lite_bodies`
makes a `Body` of each subgraph, `lite_assembly` the `Graph`. Nothing in the file is run, and of weights only the first values are looked at.
"""
