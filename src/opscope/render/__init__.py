"""Writes a graph to a file. Each kind of file is a module of ``outputs/``, which `registry` finds by its suffix.

`write_file` puts the file at its path, whole or not at all.
"""
