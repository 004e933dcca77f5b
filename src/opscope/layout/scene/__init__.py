"""The scene: which cards, boxes, chips and wires are drawn, and their words. No coordinates yet."""
