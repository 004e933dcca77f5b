"""The interactive page: its data, and the HTML around it."""
