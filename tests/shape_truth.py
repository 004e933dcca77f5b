"""Is what a drawing leaves out as shape arithmetic really that? A rule of its own, which shares nothing with the pass.

The pass asks each op who uses it. Here we go the other way: from every op that is drawn back to what each of its inputs is made of. If that
is an op said to be shape arithmetic, the input must be declared as a shape, a size, an axis or the like by TensorFlow itself.
"""

from __future__ import annotations

from typing import Callable, Dict, Iterable, Iterator, Set, Tuple

from opscope.graph.content import content_of
from opscope.graph.graph import Graph
from opscope.graph.lite_ops import tensorflow_op
from opscope.layout.scene.arguments import declared_name
from opscope.program.opdefs import OpSignatures

DECLARED = set(
    """shape dims multiples perm axis reduction_indices dim dimension concat_dim split_dim size_splits begin end strides size paddings limit num
    depth block_shape crops input_sizes filter_sizes orig_input_shape output_shape num_segments k num_rows num_cols num_samples fft_length
    element_shape num_elements max_num_elements crop_size sizes""".split()
)
"""Arguments as TensorFlow's op registry names them, of which no element of a result is made."""
ASKING = {"Shape", "ShapeN", "Size", "Rank", "VariableShape", "TensorListLength", "TensorArraySizeV3"}
"""Ops whose result says how large something is, whatever is in it."""
CONSTANT = {"Const", "HostConst"}
HANDING = {"Identity", "IdentityN", "Snapshot", "_Arg", "_Retval"}

Origins = Callable[[int, int], Set[Tuple[int, int]]]
"""The tensors that a tensor may be, behind all that only hands it on."""


def false_shapes(
    whole: Graph, claimed: Set[int], bodies: Set[int], conditions: Iterable[int], origins: Origins
) -> Iterator[str]:
    """What is left out as shape arithmetic and is none; a sentence each.

    `claimed` are the ops that are left out, `bodies` those that run bodies, `conditions` the results that say whether a loop goes on.
    """
    content, table = content_of(whole), content_of(whole).table
    for result in conditions:
        for op, _ in origins(result, 0):
            if op in claimed:
                yield f"a loop goes on by {table.names[op]}, which is left out as shape arithmetic"
    for port in content.outputs:
        for op, _ in origins(port.node, port.output):
            if op in claimed:
                yield f"output {port.name} is {table.names[op]}, which is left out as shape arithmetic"
    for op in claimed & ({port.node for port in content.inputs} | bodies):
        yield f"{table.names[op]} is left out as shape arithmetic"
    for user, tensor in _used_as_data(whole, claimed, bodies):
        for op, _ in origins(*tensor):
            if op in claimed:
                yield f"{table.names[user]} uses the value of {table.names[op]}, which is left out as shape arithmetic"
    for op in claimed:
        yield from _made_of_data(whole, op)


def _used_as_data(whole: Graph, claimed: Set[int], bodies: Set[int]) -> Iterator[Tuple[int, Tuple[int, int]]]:
    """Each use of a tensor's value by an op that is not left out: the op and the tensor."""
    table, dead = content_of(whole).table, content_of(whole).dead
    for user, kind in enumerate(table.ops):
        # Who uses what an op only hands on is asked there.
        if user in claimed or kind in HANDING or (dead and dead[user]):
            continue
        inputs = [edge for edge in table.inputs(user) if edge.output >= 0]
        for slot, edge in enumerate(inputs):
            handed = user in bodies and not _decides(whole, user, slot)
            if not handed and declared_name(kind, slot, len(inputs)) not in DECLARED:
                yield user, (edge.node, edge.output)


def _decides(whole: Graph, user: int, slot: int) -> bool:
    """Whether an op that runs bodies uses an input itself: what chooses a branch. Of ops of datasets it may be any."""
    kind = tensorflow_op(content_of(whole).table.ops[user])
    return slot == 0 if kind.endswith(("If", "Case")) else not kind.endswith(("While", "PartitionedCall"))


def _is_pure(kind: str) -> bool:
    """Whether an op's result follows from its inputs."""
    signature = OpSignatures().get(tensorflow_op(kind))
    return signature is not None and not signature.stateful


def _made_of_data(whole: Graph, claimed: int) -> Iterator[str]:
    """The values of tensors that an op is computed from: it may be computed from sizes and constants alone."""
    table, returned = content_of(whole).table, _returned(whole)
    waiting = [(claimed, 0)]
    seen = set(waiting)
    while waiting:
        here, output = waiting.pop()
        kind = tensorflow_op(table.ops[here])
        if kind in ASKING or kind in CONSTANT:
            continue
        inputs = [(edge.node, edge.output) for edge in table.inputs(here) if edge.output >= 0]
        if kind.endswith("PartitionedCall") and (here, output) in returned:
            inputs = [(returned[here, output], 0)]  # of what a function is given, other results may be made
        if not inputs or not (kind in HANDING or kind.endswith("PartitionedCall") or _is_pure(kind)):
            yield f"{table.names[claimed]} is left out as shape arithmetic, and is made of the value of {table.names[here]}"
            return
        waiting += [tensor for tensor in inputs if tensor not in seen]
        seen.update(inputs)


def _returned(whole: Graph) -> Dict[Tuple[int, int], int]:
    """Each output of an op that runs a body -> the op in it that hands it out."""
    content = content_of(whole)
    found: Dict[Tuple[int, int], int] = {}
    for row, kind in enumerate(content.table.ops):
        group = content.node_group[row]
        while group >= 0 and content.groups[group].owner < 0:
            group = content.groups[group].parent
        if kind == "_Retval" and group >= 0:
            found[content.groups[group].owner, int(content.table.attrs(row).get("index", 0))] = row
    return found
