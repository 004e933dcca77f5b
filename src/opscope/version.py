"""The version of this package. It is a module of its own so that every room can import it."""

__version__ = "0.1.0"
