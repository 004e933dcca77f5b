"""Arranging: which row each box of a group stands in, and in which order. No coordinates, no sizes."""
