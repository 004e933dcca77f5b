"""The overview: the first look at a model, on one page. What is drawn in it, and how it is made to fit."""
