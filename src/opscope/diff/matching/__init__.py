"""Finds what corresponds in two graphs: identity first, then structure, then neighbourhood.

The approach is that of GumTree (Falleri, Morandat, Blanc, Martinez, Monperrus: Fine-grained and accurate source code differencing, ASE
2014), which matches equal subtrees from the top down and then the containers around them from the bottom up, here on the tree
of groups; what an edit script is made of (insert, delete, update, move) is that of Chawathe, Rajaraman, Garcia-Molina and Widom (Change
detection in hierarchically structured information, SIGMOD 1996). Ops are nodes of a graph, not of a tree, so they are told
apart by their neighbourhoods as Weisfeiler and Lehman do (1968), and what is left is matched as VF2 extends a mapping, from
matched neighbours to their unmatched ones.
"""

from .matching import corresponding, fingerprints

__all__ = ["corresponding", "fingerprints"]
