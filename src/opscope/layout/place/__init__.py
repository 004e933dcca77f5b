"""Placing: coordinates for what was arranged. viewer/src/place does the same in the page, function by function."""
