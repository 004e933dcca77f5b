"""What scripts see of a graph: ops and layers as small read-only objects. `docs/scripting.md` shows how they are used.

`Graph.ops`, `Graph.op`, `Graph.layers` and `Graph.layer` make these objects. They copy nothing: an object knows only
its row, and looks into the graph's columns when one of its attributes is read.
"""

from .filters import LayerFilter, OpFilter
from .layer_view import Layer, Layers
from .listing import Listing
from .nesting import Nesting
from .op_view import Op, OpInput, Ops

__all__ = ["Layer", "LayerFilter", "Layers", "Listing", "Nesting", "Op", "OpFilter", "OpInput", "Ops"]
