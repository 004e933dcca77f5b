"""Writes a measured step in the formats of other profilers' viewers."""
