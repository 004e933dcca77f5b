"""How findings are told: lines, a table, and the formats of other tools. `findings_files` has the formats by suffix."""
