"""Whose argument is whose in the functions of tf.data ops, of MapDefun and of BatchFunction.

Such an op does not hand its inputs to its function as a call does. A ScanDataset runs its function once for each element of
a dataset: with the state first, then the element's components, then what the function captured. In which order that is, for
each op type and each of its functions, follows from TensorFlow's kernels (tensorflow/core/kernels/data/*_dataset_op.cc, and
map_defun_op.cc, batch_kernels.cc beside them), and stands in `_FUNCTIONS`.
"""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from .opdefs import Arg, OpSignature

CARDINALITY = "_cardinality"
"""The attribute of a placeholder for a dataset that was made outside of the graph: how many elements it has, if that was known."""
GIVEN = "given"
"""The attribute of an `_Arg` in such a function that says what the op gives it, with one of the words below."""
ELEMENT = "element"
"""A component of one element of a dataset; for MapDefun, one row of a tensor."""
STATE = "state"
"""The initial state at first, later what the function returned for the element before."""
CAPTURE = "capture"
"""What the function captured: the same for all elements."""
RESULT_OF = "result"
"""What another function of the op returned."""
DATASET = "dataset"
"""A dataset of some elements of the op's dataset, such as a window of them."""
BATCHED = "batch"
"""The tensors of several calls, put together into a batch."""
MADE = "made"
"""Something that the op makes itself, such as an index. No op of the graph gives it."""


class ArgumentSource(NamedTuple):
    """What one argument of a function is given."""

    given: str
    """One of the words above."""
    data: int = -1
    """The number of the op's data input that it comes from; -1 if it comes from none."""
    element: int = -1
    """Which component of an element it is; -1 if it is the whole tensor or dataset."""
    part: int = -1
    """The number of the function of the same op whose result it is; -1 if it is none's."""
    result: int = -1
    """The number of that result."""


class _Section(NamedTuple):
    """Arguments of a function that stand side by side and come from one place."""

    given: str
    source: str
    """The op's input argument; ``init_func()`` for the results of another function of the op; a number for so many arguments
    that the op makes itself."""


_EACH = {"f": "element:input_dataset capture:other_arguments"}
_PREDICATE = {"predicate": _EACH["f"]}
_STATE = {"f": "state:initial_state element:input_dataset capture:other_arguments"}
_REDUCER = {
    "key_func": "element:input_dataset capture:key_func_other_arguments",
    "init_func": "result:key_func() capture:init_func_other_arguments",
    "reduce_func": "state:init_func() element:input_dataset capture:reduce_func_other_arguments",
    "finalize_func": "result:reduce_func() capture:finalize_func_other_arguments",
}
_WINDOW = {
    "key_func": "element:input_dataset capture:key_func_other_arguments",
    "reduce_func": "result:key_func() dataset:input_dataset capture:reduce_func_other_arguments",
    "window_size_func": "result:key_func() capture:window_size_func_other_arguments",
}
_READER = "made:1 capture:reader_func_other_args"
_SHARD = "element:input_dataset capture:shard_func_other_args"

_FUNCTIONS: Mapping[str, Mapping[str, str]] = {
    "ReduceDataset": _STATE,
    "ScanDataset": _STATE,
    "ExperimentalScanDataset": _STATE,
    "MapDataset": _EACH,
    "ExperimentalMapDataset": _EACH,
    "ParallelMapDataset": _EACH,
    "ParallelMapDatasetV2": _EACH,
    "MapAndBatchDataset": _EACH,
    "ExperimentalMapAndBatchDataset": _EACH,
    "FlatMapDataset": _EACH,
    "InterleaveDataset": _EACH,
    "ParallelInterleaveDataset": _EACH,
    "ParallelInterleaveDatasetV2": _EACH,
    "ParallelInterleaveDatasetV3": _EACH,
    "ParallelInterleaveDatasetV4": _EACH,
    "ExperimentalParallelInterleaveDataset": _EACH,
    "LegacyParallelInterleaveDatasetV2": _EACH,
    "FilterDataset": _PREDICATE,
    "ParallelFilterDataset": _PREDICATE,
    "TakeWhileDataset": _PREDICATE,
    "ExperimentalTakeWhileDataset": _PREDICATE,
    "GroupByReducerDataset": _REDUCER,
    "ExperimentalGroupByReducerDataset": _REDUCER,
    "GroupByWindowDataset": _WINDOW,
    "ExperimentalGroupByWindowDataset": _WINDOW,
    "GeneratorDataset": {
        "init_func": "capture:init_func_other_args",
        "next_func": "result:init_func() capture:next_func_other_args",
        "finalize_func": "result:init_func() capture:finalize_func_other_args",
    },
    "IndexFlatMapDataset": {
        "map_func": "element:input_dataset capture:map_func_other_args",
        "index_map_func": "made:1 capture:index_map_func_other_args",
    },
    "LoadDataset": {"reader_func": _READER},
    "SaveDataset": {"shard_func": _SHARD},
    "SaveDatasetV2": {"shard_func": _SHARD},
    "SnapshotDatasetV2": {"reader_func": _READER, "shard_func": _SHARD},
    "DataServiceDatasetV3": {"uncompress_fn": "made:1"},
    "DataServiceDatasetV4": {"uncompress_fn": "made:1"},
    "OneShotIterator": {"dataset_factory": ""},
    "MapDefun": {"f": "element:arguments capture:captured_inputs"},
    "BatchFunction": {"f": "batch:in_tensors capture:captured_tensors"},
}
"""Op type -> for each attribute that names a function, in the order in which they run, the sections of its arguments."""
_ROWS = "MapDefun"
"""The op type whose elements are the rows of tensors and no components of a dataset's elements."""
RUNNERS = frozenset(_FUNCTIONS)
"""The op types of the table."""


def function_attributes(op: str) -> Tuple[str, ...]:
    """The attributes of an op type that name its functions, in the order in which the functions run."""
    return tuple(_FUNCTIONS.get(op, ()))


def feeds(
    op: str, signature: OpSignature, attr: Any, takes: Mapping[str, int], returns: Mapping[str, int]
) -> Optional[Dict[str, Tuple[ArgumentSource, ...]]]:
    """For each function of an op what its arguments are given; ``None`` if the numbers do not agree: the file is damaged.

    Args:
        op: the op's type.
        signature: its signature.
        attr: the attributes of the node, which tell how many tensors each of its input arguments stands for.
        takes: how many arguments the functions have, by attribute.
        returns: how many results they have.
    """
    inputs = _places(signature, attr)
    found: Dict[str, Tuple[ArgumentSource, ...]] = {}
    for name, count in takes.items():
        sections = [_Section(*text.split(":")) for text in _FUNCTIONS[op][name].split()]
        # Only of a dataset's elements the op itself does not say how many components they have: they are what is left over.
        known = [_known(op, section, inputs, list(takes), returns) for section in sections]
        rest = count - sum(len(feed) for feed in known if feed is not None)
        parts = [_components(section, inputs, rest) if feed is None else feed for section, feed in zip(sections, known)]
        found[name] = tuple(feed for part in parts for feed in part)
        if len(found[name]) != count:
            return None
    return found


def _places(signature: OpSignature, attr: Any) -> Dict[str, range]:
    """Input argument of an op -> the numbers of the data inputs that it stands for."""
    found, start = {}, 0
    for arg in signature.inputs:
        found[arg.name] = range(start, start + _length(arg, signature, attr))
        start = found[arg.name].stop
    return found


def _length(arg: Arg, signature: OpSignature, attr: Any) -> int:
    """How many tensors an input argument stands for."""
    if arg.type_list_attr:
        given = arg.type_list_attr in attr
        return len(attr[arg.type_list_attr].list.type if given else signature.defaults.get(arg.type_list_attr, ()))
    if arg.number_attr:
        return max(0, int(attr[arg.number_attr].i)) if arg.number_attr in attr else 0
    return 1


def _known(
    op: str, section: _Section, inputs: Mapping[str, range], parts: List[str], returns: Mapping[str, int]
) -> Optional[List[ArgumentSource]]:
    """The feeds of a section whose length is known; ``None`` for the components of a dataset's elements."""
    given, source = section
    if given == MADE:
        return [ArgumentSource(MADE)] * int(source)
    if source.endswith("()"):
        of = source[:-2]
        part = parts.index(of) if of in parts else -1
        return [ArgumentSource(given, part=part, result=number) for number in range(returns.get(of, 0))]
    if given == ELEMENT and op != _ROWS:
        return None
    element = 0 if given == ELEMENT else -1
    return [ArgumentSource(given, number, element) for number in inputs[source]]


def _components(section: _Section, inputs: Mapping[str, range], count: int) -> Sequence[ArgumentSource]:
    """The components of an element, so many as arguments are left."""
    return [ArgumentSource(section.given, inputs[section.source][0], number) for number in range(count)]


class ResultUse(NamedTuple):
    """Where the results of an op's function go."""

    next_state: int = 0
    """So many results, the first ones, are the state for the next element."""
    output: int = -1
    """The op's output to which all further results go, as elements of a dataset; -1: result number k is output k, or none is
    one (see `are_outputs`)."""
    are_outputs: bool = False
    """Whether the op's outputs are made of the results, one by one."""


_ELEMENTS = ResultUse(output=0)
_RETURNED = {
    ("ReduceDataset", "f"): ResultUse(are_outputs=True),
    ("MapDefun", "f"): ResultUse(are_outputs=True),
    ("BatchFunction", "f"): ResultUse(are_outputs=True),
    ("GeneratorDataset", "init_func"): ResultUse(),
    ("GeneratorDataset", "finalize_func"): ResultUse(),
    ("IndexFlatMapDataset", "index_map_func"): ResultUse(),
}
"""(op type, attribute) -> where the results go, for those that `returned` would not get right by the attribute alone."""
_INNER = frozenset({"predicate", "key_func", "init_func", "reduce_func", "window_size_func", "shard_func"})
"""Attributes of functions whose results only the op itself uses. GroupByWindow's `reduce_func` is none of them."""


def returned(op: str, attribute: str, states: int) -> ResultUse:
    """Where the results of a function go; `states` is the number of its arguments that are state."""
    found = _RETURNED.get((op, attribute))
    if found is None:
        inner = attribute in _INNER and not (attribute == "reduce_func" and "Window" in op)
        found = ResultUse() if inner else _ELEMENTS
    return found._replace(next_state=states)
