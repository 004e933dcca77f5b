"""How many elements the datasets have that a traced function is given or captures. They were made outside of its graph.

Asked is TensorFlow's own `DatasetCardinality`, which looks at how a dataset is made and reads none of its elements.
"""

from __future__ import annotations

from typing import Any, Dict, Iterator, Tuple

from ..program.body import Body
from ..program.decoding import Counted
from .graph_ports import arguments
from .inputs import GivenValue
from .seams import tensorflow
from .target_call import TargetCall


def dataset_sizes(concrete: Any, call: TargetCall) -> Dict[str, int]:
    """Name of a placeholder for a dataset -> how many elements that has. One of which that is not known, or endless, is missing."""
    tf = tensorflow()
    found: Dict[str, int] = {}
    for placeholder, outside in _pairs(concrete, call):
        if placeholder.dtype == tf.variant and hasattr(outside, "numpy"):  # a tensor list has this dtype too
            try:
                count = int(tf.raw_ops.DatasetCardinality(input_dataset=outside))
            except Exception:  # it is no dataset, or its kind does not say: then nothing is known
                continue
            if count >= 0:  # -1 stands for endless, -2 for unknown
                found[placeholder.op.name] = count
    return found


def _pairs(concrete: Any, call: TargetCall) -> Iterator[Tuple[Any, Any]]:
    """The function's placeholders, each with the tensor that it stands for, as far as that is known."""
    yield from ((inside, outside) for outside, inside in concrete.graph.captures)
    taken = arguments(concrete)
    nest = tensorflow().nest
    # The arguments of the call are specs; what was given for one is noted beside it.
    noted = [(leaf, call.values.get(id(leaf))) for leaf in nest.flatten((call.args, dict(call.kwargs)))]
    values = [item.value if isinstance(item, GivenValue) else leaf for leaf, item in noted]
    leaves = nest.flatten(values, expand_composites=True)
    given = [leaf for leaf in leaves if hasattr(leaf, "dtype") and hasattr(leaf, "shape")]
    if len(given) == len(taken):
        yield from zip(taken, given)


def with_sizes(main: Body, sizes: Dict[str, int]) -> Body:
    """The main graph, with an attribute on each placeholder for a dataset whose size is known."""
    if not sizes:
        return main
    raw = [Counted(attrs, sizes[name]) if name in sizes else attrs for name, attrs in zip(main.names, main.raw_attrs)]
    return main.with_columns(raw_attrs=raw)
