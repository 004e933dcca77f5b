"""What scripts see of a graph: ops and layers as small read-only objects, found by keyword. `docs/scripting.md` shows it.

`Graph.ops`, `Graph.op`, `Graph.layers` and `Graph.layer` make them. None of them copies anything: an object knows its row and
looks into the graph's columns when it is asked.
"""

from .filters import LayerFilter, OpFilter
from .layer_view import Layer, Layers
from .listing import Listing
from .nesting import Nesting
from .op_view import Op, OpInput, Ops

__all__ = ["Layer", "LayerFilter", "Layers", "Listing", "Nesting", "Op", "OpFilter", "OpInput", "Ops"]
