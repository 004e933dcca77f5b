"""A graph to a file: one module of ``outputs/`` per output, found by `registry`, written whole or not at all by `write_file`."""
