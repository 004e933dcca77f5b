"""What is drawn: cards, boxes, chips and wires, before anything has a place."""
