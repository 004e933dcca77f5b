"""A graph to a file: one module per output, entered in `registry`, written whole or not at all by `write_file`."""
