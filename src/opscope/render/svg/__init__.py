"""Writes the drawing as SVG, and makes PNG and PDF of the SVG."""
