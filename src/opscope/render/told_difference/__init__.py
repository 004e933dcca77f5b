"""Tells about a difference in words: as text for a terminal, as Markdown for a pull request."""
