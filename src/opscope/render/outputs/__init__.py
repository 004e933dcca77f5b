"""What a graph can be written as: one module an output, with its `Output` as ``OUTPUT``. What makes it is imported when used."""
