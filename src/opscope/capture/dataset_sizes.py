"""How many elements the datasets have that a traced function is given or captures. They were made outside of its graph.

Asked is TensorFlow's own `DatasetCardinality`, which looks at how a dataset is made and reads none of its elements.
"""

from __future__ import annotations

from typing import Any, Dict, List

from ..program.body import Body
from ..program.decoding import Counted
from .graph_ports import Passed, passed
from .inputs import GivenValue
from .seams import tensorflow
from .target_call import TargetCall


def dataset_sizes(concrete: Any, call: TargetCall) -> Dict[str, int]:
    """Name of a placeholder for a dataset -> how many elements that has. One of which that is not known, or endless, is missing."""
    tf = tensorflow()
    found: Dict[str, int] = {}
    captures = [Passed(outside, inside) for outside, inside in concrete.graph.captures]
    of_keywords = {key: _variants(item, call) for key, item in call.kwargs.items()}
    named = {key: tensors[0] for key, tensors in of_keywords.items() if len(tensors) == 1}
    for outside, placeholder in (*captures, *passed(concrete, tf.variant, _variants(call.args, call), named)):
        if placeholder.dtype == tf.variant and hasattr(outside, "numpy"):
            try:
                count = int(tf.raw_ops.DatasetCardinality(input_dataset=outside))
            except Exception:  # it is no dataset, or its kind does not say: then nothing is known
                continue
            if count >= 0:  # -1 stands for endless, -2 for unknown
                found[placeholder.op.name] = count
    return found


def _variants(nest: Any, call: TargetCall) -> List[Any]:
    """What the datasets in arguments are inside: a tensor each, or a spec where none was given. Tensor lists have this dtype too."""
    tf = tensorflow()
    # The arguments of the call are specs; what was given for one is noted beside it.
    noted = [(leaf, call.values.get(id(leaf))) for leaf in tf.nest.flatten(nest)]
    values = [item.value if isinstance(item, GivenValue) else leaf for leaf, item in noted]
    leaves = tf.nest.flatten(values, expand_composites=True)
    # The dtype of TensorFlow asks: NumPy's own raises on one that it does not know, before NumPy 1.20.
    return [leaf for leaf in leaves if tf.variant == getattr(leaf, "dtype", None)]


def with_sizes(main: Body, sizes: Dict[str, int]) -> Body:
    """The main graph, with an attribute on each placeholder for a dataset whose size is known."""
    if not sizes:
        return main
    raw = [Counted(attrs, sizes[name]) if name in sizes else attrs for name, attrs in zip(main.names, main.raw_attrs)]
    return main.with_columns(raw_attrs=raw)
