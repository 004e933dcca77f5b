"""Chooses the subgraph to show: that of a signature, the one that is asked for by its name, or the first, which is the main one."""

from __future__ import annotations

from typing import List, Mapping, NamedTuple, Optional, Sequence

from ...errors import LoadError, option
from ...graph.groups import unique_names
from ..choose import DEFAULT, listed_names
from ..format import Wish
from .lite_model import LiteModel, LiteSignature


class Chosen(NamedTuple):
    """A subgraph, and what its inputs and outputs are called: name -> tensor."""

    subgraph: int
    inputs: Mapping[str, int]
    outputs: Mapping[str, int]
    signature: Optional[str] = None
    function: Optional[str] = None


def subgraph_names(model: LiteModel) -> List[str]:
    """A name for each subgraph, each of its own."""
    return list(unique_names(tuple(each.name or f"subgraph_{number}" for number, each in enumerate(model.subgraphs))))


def choose_subgraph(model: LiteModel, wish: Wish, names: Sequence[str]) -> Chosen:
    """What to show; the `LoadError` lists what there is if the wish fits nothing, or if there are several signatures."""
    if wish.function is not None:
        if wish.function not in names:
            raise LoadError(f"no subgraph is called {wish.function!r}; choose one of {listed_names(names)}")
        return _whole(model, names.index(wish.function), wish.function)
    if wish.all or not model.signatures:
        if wish.signature is not None:
            raise LoadError(f"no signature is called {wish.signature!r}; the file has none")
        return _whole(model, 0, None)
    known = {signature.name: signature for signature in model.signatures}
    wanted = wish.signature
    if wanted is None:
        wanted = DEFAULT if DEFAULT in known else next(iter(known)) if len(known) == 1 else None
    if wanted is None:
        raise LoadError(
            f"several signatures and no {DEFAULT}; choose one with {option('signature')}: {listed_names(sorted(known))}"
        )
    if wanted not in known:
        raise LoadError(f"no signature is called {wanted!r}; choose one of {listed_names(sorted(known))}")
    return _signed(model, known[wanted])


def _whole(model: LiteModel, number: int, function: Optional[str]) -> Chosen:
    subgraph = model.subgraphs[number]

    def named(numbers: Sequence[int]) -> Mapping[str, int]:
        tensors = subgraph.tensors
        return {(tensors[each].name if 0 <= each < len(tensors) else "") or f"tensor_{each}": each for each in numbers}

    return Chosen(number, named(subgraph.inputs), named(subgraph.outputs), None, function)


def _signed(model: LiteModel, signature: LiteSignature) -> Chosen:
    if signature.subgraph >= len(model.subgraphs):
        raise LoadError(
            f"signature {signature.name[:80]!r} is subgraph {signature.subgraph:,} of {len(model.subgraphs):,}; the file is damaged"
        )
    return Chosen(signature.subgraph, signature.inputs, signature.outputs, signature.name)
