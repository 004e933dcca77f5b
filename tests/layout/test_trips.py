"""A loop's card says how often the loop runs, where that is known."""

import pytest

from opscope.cost import estimate
from opscope.layout.engine import for_drawing
from opscope.layout.scene.compose import compose
from opscope.layout.scene.items import cards
from opscope.load import load

tf = pytest.importorskip("tensorflow")


@pytest.fixture
def loop(tmp_path):
    """A loop of 40 iterations around one that lasts until something is computed."""

    def run(x):
        for _ in tf.range(40):
            x = tf.while_loop(lambda x: tf.reduce_sum(x) < 10.0, lambda x: (x @ x,), (x,))[0]
        return x

    file = tmp_path / "loop.pb"
    concrete = tf.function(run).get_concrete_function(tf.TensorSpec((None, 2)))
    file.write_bytes(concrete.graph.as_graph_def(add_shapes=True).SerializeToString())
    return load(file)


@pytest.mark.parametrize("known", [False, True])
@pytest.mark.parametrize("depth", [0, "all"])
def test_a_loop_says_its_iterations_open_or_folded_and_never_guesses(loop, known, depth):
    scene = compose(for_drawing(estimate(loop) if known else loop, depth))
    details = [card.detail for card in cards(scene) if card.kind == "while"]
    assert details[0].startswith("40 iterations")
    assert all("iteration" not in detail for detail in details[1:])
    assert len(details) == (2 if depth == "all" else 1)


def test_the_estimate_carries_the_trip_count_of_each_loop(loop):
    assert list(estimate(loop).cost.loops.values()) == [40, None]
