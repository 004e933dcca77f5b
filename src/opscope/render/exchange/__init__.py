"""Files for other programs: graph libraries and editors, other viewers, papers. Each module writes one format."""
