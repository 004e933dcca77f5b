"""The version of this package, for every room that writes it into something."""

__version__ = "0.1.0"
