"""Many models at once: finds their files, reads a row of each, and reports what is among them."""
