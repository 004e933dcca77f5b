"""Shapes of constants, placeholders and random numbers.

TOLD is what TensorFlow's own shape function tells of the op: computed with 2.21 (`tf.raw_ops` in a graph, N an open dimension or an
element that is fed) and written down. Behind a row of OURS, where our rule tells less or more, stands TensorFlow's answer.
"""

import pytest

from opscope.shapes.source_rules import SOURCES

from .one_op import ints, one, shapes

N = None
STATELESS = """
StatelessRandomNormal StatelessRandomNormalV2 StatelessTruncatedNormal StatelessTruncatedNormalV2 StatelessRandomUniformInt
StatelessRandomUniformIntV2 StatelessRandomUniformFullInt StatelessRandomUniformFullIntV2
"""
"""Ops that make a tensor of the shape that their first input holds, whatever the others are."""
TOLD = [
    ("Shape", [(3, 4, 5)], {}, [(3,)]),
    ("Shape", [N], {}, [(N,)]),
    ("Size", [(3, 4)], {}, [()]),
    ("Rank", [(3, 4)], {}, [()]),
    ("LoopCond", [()], {}, [()]),
    ("Fill", [ints(3, 4), ()], {}, [(3, 4)]),
    ("Fill", [ints(3, N), ()], {}, [(3, N)]),
    ("Empty", [ints(3, 0)], {}, [(3, 0)]),
    ("Range", [one(2), one(11), one(3)], {}, [(3,)]),
    ("Range", [one(9), one(2), one(-2)], {}, [(4,)]),
    ("Range", [one(0), one(5), one(1)], {}, [(5,)]),
    ("Range", [one(5), one(5), one(1)], {}, [(0,)]),
    ("Range", [one(0), one(6), one(2)], {}, [(3,)]),
    ("RandomUniform", [ints(3, 4)], {}, [(3, 4)]),
    ("RandomStandardNormal", [ints(3, 4)], {}, [(3, 4)]),
    ("TruncatedNormal", [ints(3, 4)], {}, [(3, 4)]),
    ("RandomUniformInt", [ints(3, 4), one(0), one(4)], {}, [(3, 4)]),
    ("ParameterizedTruncatedNormal", [ints(3, 4), (), (), (), ()], {}, [(3, 4)]),
    ("StatelessRandomUniform", [ints(3, 4), ints(1, 2)], {}, [(3, 4)]),
    ("StatelessRandomUniformV2", [ints(3, 4), ints(1), ints(1, 2), one(1)], {}, [(3, 4)]),
    *[(op, [ints(3, 4), ints(1, 2)], {}, [(3, 4)]) for op in STATELESS.split()],
    ("StatelessRandomGammaV2", [ints(4, 5), ints(1, 2), (5,)], {}, [(4, 5)]),
]  # fmt: skip
OURS = [
    ("ShapeN", [(3, 4), (5,)], {}, [(2,), N]),  # [(2,), (1,)]
    ("Fill", [(2,), ()], {}, [N]),  # [(N, N)]
    ("Fill", [ints(3, -1), ()], {}, [(3, N)]),  # an error
    ("Fill", [ints(3, -2), ()], {}, [(3, N)]),  # an error
    ("Range", [(), one(5), one(1)], {}, [N]),  # [(N,)]
    ("Range", [one(0), (), one(1)], {}, [N]),  # [(N,)]
    ("Range", [one(0), one(5), ()], {}, [N]),  # [(N,)]
    ("Range", [one(0), one(5), one(0)], {}, [N]),  # an error
    ("Range", [ints(0, 1), one(5), one(1)], {}, [N]),  # an error
    ("Range", [ints(), one(5), one(1)], {}, [N]),  # an error
    ("Range", [one(0), one(0), one(1)], {}, [(0,)]),  # [(0,)]
]  # fmt: skip


@pytest.mark.parametrize(("op", "inputs", "attrs", "told"), [*TOLD, *OURS])
def test_the_rule_tells_the_shapes(op, inputs, attrs, told):
    found = shapes(op, inputs, len(told), **attrs)
    assert [*found, *[None] * (len(told) - len(found))] == told


DECLARED = "Placeholder PlaceholderV2 PlaceholderWithDefault VariableV2 Variable ImmutableConst"


@pytest.mark.parametrize("op", DECLARED.split())
def test_what_declares_its_shape_has_it(op):
    assert shapes(op, [], shape=(3, N)) == [(3, N)]
    assert shapes(op, [], shape=[4]) == [(4,)]
    assert shapes(op, []) == [N]


def test_a_constant_has_the_shape_of_its_tensor():
    assert shapes("Const", [], value={"shape": [2, 3], "values": [0]}) == [(2, 3)]
    assert shapes("Const", [], value={"shape": [], "values": [0]}) == [()]
    assert shapes("Const", []) == [N]


def test_every_op_has_a_row():
    assert {op for op, *_ in [*TOLD, *OURS]} | {"Const", *DECLARED.split()} == set(SOURCES)
