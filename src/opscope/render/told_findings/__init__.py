"""How findings are told: lines, a table, JSON, and the formats of other tools, one module each. `findings_files` has them by name and by suffix."""
