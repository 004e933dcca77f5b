"""The drawing as SVG, and what is made of that: PNG and PDF."""
