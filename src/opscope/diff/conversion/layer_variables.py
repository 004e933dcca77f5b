"""Variables of a layer that the file of a model gives to the layer, and a traced graph to a layer inside it."""

from __future__ import annotations

from typing import Dict, Iterator, List, Mapping, Sequence, Set, Tuple

from ...graph.types import Variable
from ...graph.vocabulary import chain, layer_class
from ..matching.pairs import Pairs
from ..matching.stems import stem
from .dataflow import Dataflow
from .fusions import same_op


def inner_variables(pairs: Pairs, found: Tuple[int, ...]) -> Tuple[int, ...]:
    """Match what is left: variables of a layer and of the layers inside its counterpart, with one name and shape.

    Of several such, as the kernels of attention, the one whose inner layer the path names.
    """
    match = list(found)
    homes = _homes(pairs)
    taken = set(match)
    candidates: Dict[Tuple[int, str, object], List[Tuple[int, str]]] = {}
    for there, group in homes[1].items():
        if there in taken:
            continue
        for around in chain(pairs.b.groups, group):
            candidates.setdefault((around, *_kind(pairs.b.variables[there])), []).append(
                (there, stem(pairs.b.groups[group].name))
            )
    for number, group in homes[0].items():
        if match[number] >= 0 or pairs.groups[group] < 0:
            continue
        variable = pairs.a.variables[number]
        free = [each for each in candidates.get((pairs.groups[group], *_kind(variable)), ()) if each[0] not in taken]
        named = [each for each in free if each[1] in variable.object_path.split(".")]
        best = named if len(named) == 1 else free
        if len(best) == 1:
            match[number] = best[0][0]
            taken.add(best[0][0])
    return tuple(match)


def _kind(variable: Variable) -> Tuple[str, object]:
    return variable.object_path.rpartition(".")[2], variable.shape


def _homes(pairs: Pairs) -> Tuple[Dict[int, int], Dict[int, int]]:
    """For each side the innermost group that holds a variable."""
    one, two = [
        {number: index for index, group in enumerate(side.groups) for number in group.variables}
        for side in (pairs.a, pairs.b)
    ]
    return one, two


def weights_of_layers(
    written: Dataflow, converted: Dataflow, pairs: Mapping[int, int], behind: Sequence[Set[int]]
) -> Iterator[Tuple[int, int]]:
    """The weights of layers that are one op each, and the constants that the ops in their place take; `behind` tells what these are called."""
    groups, variables = written.side.groups, written.side.variables
    for row, other in pairs.items():
        group = written.side.group_of[row]
        is_its_op = layer_class(written.ops[row]) and same_op(written.ops[row], converted.ops[other])
        if group < 0 or not is_its_op:
            continue
        kernels = [number for number in groups[group].variables if _kind(variables[number])[0] in _WEIGHTS]
        given = [behind[producer] for producer, _ in converted.inputs[other] if converted.constant[producer]]
        if len(kernels) == 1 and given and len(given[0]) == 1:
            yield kernels[0], next(iter(given[0]))


_WEIGHTS = frozenset({"kernel", "depthwise_kernel", "embeddings"})
"""What the weights of a layer are called that its op takes as the first constant."""
