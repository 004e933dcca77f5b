"""The kinds of files that a graph can be written to. Each module here is one, with its `Output` as ``OUTPUT``.

The code that makes the file is imported only when it is used.
"""
