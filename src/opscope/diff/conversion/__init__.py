"""A graph as it was written beside the same as a tool made it over: frozen, optimised, as TensorFlow Lite runs it, or traced from its layers.

There ops differ by kind, and one stands for several. So what corresponds is not found op by op, but tensor by tensor: `equal_results` finds which
ops give the same tensor, by name, by the graph's inputs and outputs, by what is computed of equal tensors. Between two such cuts lie `regions`
of both graphs, and a region of one does what that of the other does: so it is told what was fused, written out, folded or left out.
This is how a translation is validated (Necula: Translation validation for an optimizing compiler, PLDI 2000), by the flow of data alone, without
looking at values. What no region explains stays what it is for any two graphs: added or removed.
"""

from .converting import conversion_between

__all__ = ["conversion_between"]
