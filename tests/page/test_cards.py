"""Composed cards, pinned for both languages: `viewer/test/draw/cards.test.ts` must draw from the page's data what is drawn here."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from card_states import pinned
from page_graphs import many_ends, skips, tagger

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from drawn import branch, dense, loop
from graphs import Builder, graph, tower
from opscope.graph.types import TensorType


def chips_and_bundle():
    """A box with six chips and one with one; a card whose outputs differ in type; five tensors from one card to another."""
    make = Builder()
    kinds = [TensorType("float32", (8, size)) for size in (1, 2, 3, 4, 5)]
    first, second = make.group("first", "layer", cls="Split"), make.group("second", "layer", cls="Join")
    make.op("x", "Placeholder")
    held = [make.op(f"first/c{k}", "Const", group=first, value={"shape": [], "values": [k]}) for k in range(6)]
    one = make.op("first/one", "Const", group=first, value={"shape": [], "values": [0.5]})
    make.op("first/sum", "AddN", "x", *held, group=first)
    make.op("first/scale", "Mul", "first/sum", one, group=first)
    make.op("first/split", "SplitV", "first/scale", group=first, out=kinds)
    parts = [
        make.op(f"first/part{k}", "Neg", f"first/split:{k}", group=first, out=[kind]) for k, kind in enumerate(kinds)
    ]
    make.op("second/join", "ConcatV2", *parts, group=second, out=[TensorType("float32", (8, 15))])
    make.op("second/top", "Abs", "first/scale", group=second)
    make.op("out", "AddV2", "second/join", "second/top", out=[TensorType("float32", (8, 15))])
    return make.graph("parts", ["x"], ["out"])


def borders():
    """A card whose only output is not computed from its only input; orders between cards; outputs of one type, and of three."""
    make = Builder()
    aside, order, fan = make.group("aside", "layer"), make.group("order", "layer"), make.group("fan", "layer")
    make.op("x", "Placeholder")
    make.op("aside/print", "Print", "x", group=aside, out=[])
    make.op("aside/random", "RandomStandardNormal", group=aside)
    make.op("aside/scale", "Mul", "aside/random", "aside/random", group=aside)
    make.op("order/first", "Relu", "aside/scale", group=order)
    make.op("order/state", "PrintV2", "order/first", "^aside/print", group=order, out=[])
    make.op("order/late", "PrintV2", "order/first", "^aside/print", "^order/state", group=order, out=[])
    make.op("order/same", "Split", "order/first", group=order, out=[TensorType("float32", (2, 4))] * 4)
    make.op(
        "order/sum", "AddN", *(f"order/same:{k}" for k in range(4)), group=order, out=[TensorType("float32", (2, 4))]
    )
    kinds = [TensorType("float32", (2, size)) for size in (11, 22, 33)]
    make.op("fan/split", "SplitV", "order/sum", "^order/late", group=fan, out=kinds)
    for k, kind in enumerate(kinds):
        make.op(f"use{k}", "Exp", f"fan/split:{k}", out=[kind])
    make.op("out", "ConcatV2", "use0", "use1", "use2", out=[TensorType("float32", (2, 66))])
    return make.graph("borders", ["x"], ["out"])


def aside():
    """A card whose only output stands beside its only input, so that the wire is led below it."""
    alone = [(f"op{index}", "MatMul", []) for index in (1, 2, 4, 5, 6, 7, 8, 9, 11)]
    return graph(
        [
            ("op0", "Placeholder", []),
            *alone,
            ("a/op3", "MatMul", []),
            ("a/op10", "MatMul", ["^op0"]),
            ("op12", "MatMul", ["a/op3"]),
        ]
    )


def pair():
    """Two blocks of two layers each, in a row: a stack of two, behind which one card is seen."""
    kinds = {
        "wide": ("Relu", "Tanh", "Exp", "Neg", "Abs", "Sqrt"),
        "deep": ("MatMul", "Neg", "Sqrt", "Exp", "Tanh", "Abs"),
    }
    ops, last = [("x", "Placeholder", [])], "x"
    for name in ("wide", "deep", "wide_1", "deep_1"):
        for kind in kinds[name[:4]]:
            ops.append((f"{name}/{kind}", kind, [last]))
            last = f"{name}/{kind}"
    return graph([*ops, ("head", "Softmax", [last])])


def hub():
    """A tensor that sixteen ops use, in two cards and within each other: each names it, and so do the closed cards."""
    make = Builder()
    first, second = make.group("first", "layer", cls="Ten"), make.group("second", "layer", cls="Six")
    inner = make.group("inner", "layer", second, cls="Own")
    make.op("x", "Placeholder")
    make.op("scale", "Exp", "x")
    ten = [make.op(f"first/use{k}", "Neg", "scale", group=first) for k in range(10)]
    make.op("first/sum", "AddN", *ten, group=first)
    six = [make.op(f"second/inner/use{k}", "Abs", "scale", group=inner) for k in range(6)]
    make.op("second/inner/sum", "AddN", *six, "first/sum", group=inner)
    make.op("second/out", "Tanh", "second/inner/sum", group=second)
    return make.graph("hub", ["x"], ["second/out"])


GRAPHS = {
    "aside": aside,
    "borders": borders,
    "chips": chips_and_bundle,
    "hub": hub,
    "layer": dense,
    "loop": loop,
    "branch": branch,
    "pair": pair,
    "ends": many_ends,
    "skips": skips,
    "stack": lambda: graph(tower(3)),
    "measured": tagger,
}


@pytest.mark.parametrize("name", GRAPHS)
def test_cards_are_composed_as_the_page_composes_them(name, golden):
    golden(f"card-{name}.json", pinned(GRAPHS[name]()))
