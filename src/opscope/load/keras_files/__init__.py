"""Reads the models that Keras 1, 2 and 3 save: the layers of the configuration become ops, one for each call of a layer.

`configuration` reads the JSON into a `StoredModel` (`stored.py`), `expansion` makes the calls of it, `assembling` the `Graph`.
No class of the file is imported, and nothing in it is run.
"""
