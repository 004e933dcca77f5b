"""How large things are: the width of a text in the fonts that ship with opscope, and the boxes around texts."""
