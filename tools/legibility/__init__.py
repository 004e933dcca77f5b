"""The models of the legibility trial (docs/legibility.md), one module per kind, written as their authors would write them."""
