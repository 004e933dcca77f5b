"""Coordinates: mirrors viewer/src/place, line by line."""
