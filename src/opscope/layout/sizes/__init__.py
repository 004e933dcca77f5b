"""How large things are: texts by the shipped fonts' metrics, and what is made of them."""
