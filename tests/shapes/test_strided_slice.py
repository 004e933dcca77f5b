"""Shapes of a StridedSlice, whose masks are bit fields: what ``x[2:, 0, None]`` becomes.

TOLD is what TensorFlow's own shape function tells of the op: computed with 2.21 (`tf.raw_ops` in a graph, N an open dimension or an
element that is fed) and written down. Behind a row of OURS, where our rule tells less or more, stands TensorFlow's answer.
"""

import pytest

from .one_op import ints, shapes

N = None
TOLD = [
    ([(7, 5), ints(1), ints(4), ints(1)], {}, [(3, 5)]),
    ([(7, 5), ints(0), ints(0), ints(2)], {"begin_mask": 1, "end_mask": 1}, [(4, 5)]),
    ([(7, 5), ints(-3), ints(-1), ints(1)], {}, [(2, 5)]),
    ([(7, 5), ints(5), ints(1), ints(-2)], {}, [(2, 5)]),
    ([(7, 5), ints(0), ints(0), ints(-1)], {"begin_mask": 1, "end_mask": 1}, [(7, 5)]),
    ([(7, 5), ints(2), ints(3), ints(1)], {"shrink_axis_mask": 1}, [(5,)]),
    ([(7, 5), ints(-1), ints(0), ints(1)], {"shrink_axis_mask": 1}, [(5,)]),
    ([(7, 5), ints(0, 1), ints(0, 3), ints(1, 1)], {"begin_mask": 1, "end_mask": 1}, [(7, 2)]),
    ([(7, 5), ints(0, 2), ints(0, 3), ints(1, 1)], {"begin_mask": 1, "end_mask": 1, "shrink_axis_mask": 2}, [(7,)]),
    ([(7, 5), ints(0, 1), ints(0, 4), ints(1, 1)], {"new_axis_mask": 1}, [(1, 3, 5)]),
    ([(7, 5), ints(0, 0, 1), ints(0, 0, 3), ints(1, 1, 1)], {"begin_mask": 3, "end_mask": 3, "new_axis_mask": 2}, [(7, 1, 2)]),
    ([(N, 5), ints(0, 1), ints(0, 3), ints(1, 1)], {"begin_mask": 1, "end_mask": 1}, [(N, 2)]),
    ([(N, 5), ints(1), ints(3), ints(1)], {}, [(N, 5)]),
    ([(7, N), ints(1), ints(3), ints(1)], {}, [(2, N)]),
    ([N, ints(1), ints(3), ints(1)], {}, [N]),
    ([(7, 5), ints(0, 0), ints(2, 4), ints(1, 3)], {"begin_mask": 0, "end_mask": 2}, [(2, 2)]),
    ([(7, 5), ints(5), ints(2), ints(1)], {}, [(0, 5)]),
    ([(7, 5), ints(0), ints(99), ints(1)], {}, [(7, 5)]),
    ([(7, 5), ints(3), ints(0), ints(1)], {"end_mask": 1}, [(4, 5)]),
    ([(7, 5), ints(4), ints(3), ints(1)], {"begin_mask": 1}, [(3, 5)]),
    ([(7, 5), ints(0, 0), ints(1, 1), ints(1, 1)], {"shrink_axis_mask": 3}, [()]),
    ([(7, 5), ints(N), ints(3), ints(1)], {}, [(N, 5)]),
    ([(7, 5), ints(1), ints(N), ints(1)], {}, [(N, 5)]),
    ([(7, 5), ints(1), ints(N), ints(1)], {"shrink_axis_mask": 1}, [(5,)]),
    ([(7, 5), ints(N), ints(N), ints(1)], {"shrink_axis_mask": 1}, [(5,)]),
    ([(7,), ints(N), ints(0), ints(1)], {"new_axis_mask": 1}, [(1, 7)]),
    ([(7, 5), ints(1), ints(3), (1,)], {}, [N]),
    ([(7, 6, 5), ints(1, 2), ints(4, 4), ints(1, 1)], {}, [(3, 2, 5)]),
    ([(7, 6, 5), ints(0, 2), ints(0, 4), ints(1, 1)], {"new_axis_mask": 2}, [(0, 1, 6, 5)]),
    ([(7, 6, 5), ints(1, 1, 0), ints(3, 2, 4), ints(1, 1, 2)], {"shrink_axis_mask": 2}, [(2, 2)]),
]  # fmt: skip
OURS = [
    ([(7,), ints(0, 0), ints(1, 1), ints(1, 1)], {}, [N]),  # an error
    ([(7,), ints(0, 0), ints(1), ints(1, 1)], {}, [N]),  # an error
    ([(7,), ints(0), ints(1), ints(1, 1)], {}, [N]),  # an error
    ([(7,), ints(0), ints(1), ints(0)], {}, [(N,)]),  # an error
    ([(7, 5), ints(0), ints(0), ints(1)], {"ellipsis_mask": 1}, [N]),  # [(7, 5)]
    ([(7, 5), ints(1), ints(3), ints(N)], {}, [(N, 5)]),  # [N]
    ([(7, 5), ints(N), ints(3), ints(1)], {"begin_mask": 1}, [(3, 5)]),  # [(N, 5)]
    ([(7, 5), ints(1), ints(N), ints(1)], {"end_mask": 1}, [(6, 5)]),  # [(N, 5)]
    ([(7, 5), (1,), (1,), ints(1)], {}, [N]),  # [(N, 5)]
    ([(7, 5), (1,), ints(3), ints(1)], {}, [N]),  # [(N, 5)]
    ([(7, 5), ints(3), (1,), ints(1)], {}, [N]),  # [(N, 5)]
    ([(7, 6, 5), ints(N, 1), ints(3, 4), ints(1, 1)], {"shrink_axis_mask": 1}, [(3, 5)]),  # [(N, 5)]
]  # fmt: skip


@pytest.mark.parametrize(("inputs", "masks", "told"), [*TOLD, *OURS])
def test_the_rule_tells_the_shape(inputs, masks, told):
    assert (shapes("StridedSlice", inputs, **masks) or [None]) == told
