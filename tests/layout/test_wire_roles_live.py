"""What wires of an overview say in models that Keras builds. Keras itself names the layers that make queries, keys and values, and calls states."""

from __future__ import annotations

import pytest

tf = pytest.importorskip("tensorflow")

import opscope  # noqa: E402 - after the skip: what is traced here needs TensorFlow
from opscope.layout.overview.one_page import overview  # noqa: E402 - the same
from opscope.layout.scene.items import Card, ChainRow, cards  # noqa: E402 - the same
from role_truth import said_of  # noqa: E402 - the same
from rows_apart import apart  # noqa: E402 - the same
from truth import lies  # noqa: E402 - the same

layers = tf.keras.layers
KERAS_3 = getattr(tf.keras, "__version__", "2.").startswith("3.")


def drawn(model, *inputs):
    graph = opscope.trace(model, *inputs)
    found = overview(graph)
    assert lies(graph, found.graph, apart(found.drawing.scene)) == []
    return found


def test_the_last_states_of_an_encoder_are_the_initial_ones_of_a_decoder():
    source, target = tf.keras.Input((7, 5), name="source"), tf.keras.Input((9, 5), name="target")
    _, hidden, cell = layers.LSTM(16, return_state=True, name="encoder")(source)
    decoded = layers.LSTM(16, return_sequences=True, name="decoder")(target, initial_state=[hidden, cell])
    model = tf.keras.Model([source, target], layers.Dense(5, name="out")(decoded))
    scene = drawn(model, [(2, 7, 5), (2, 9, 5)]).drawing.scene
    said = [wire.label for card in cards(scene) for wire in card.wires if said_of(wire)]
    said += [wire.head for card in cards(scene) for wire in card.wires if wire.head]
    found = sorted(text.partition(" (")[0] for text in said)
    whole = [f"last state {state} → initial state {state}" for state in ("c", "h")]
    # What older versions of Keras 2 hand to a loop is not always followed to it; then only where it comes from is said.
    assert found == whole or (not KERAS_3 and found == [text.partition(" →")[0] for text in whole])


class Attention(layers.Layer):
    """One head, with the names of the layers as the right answer."""

    def __init__(self):
        super().__init__(name="attention")
        # Called in another order than they are used in.
        self.values, self.keys, self.queries = (layers.Dense(8, name=name) for name in ("values", "keys", "queries"))

    def build(self, shape):
        for layer in (self.values, self.keys, self.queries):
            layer.build(shape)
        self.built = True

    def call(self, tokens):
        values, keys, queries = self.values(tokens), self.keys(tokens), self.queries(tokens)
        weights = tf.nn.softmax(tf.matmul(queries, keys, transpose_b=True) / 3.0)
        return tf.matmul(weights, values)


def test_queries_keys_and_values_are_told_by_the_products_that_they_reach():
    tokens = tf.keras.Input((6, 8), name="tokens")
    rest = Attention()(tokens)
    for number in range(12):
        rest = layers.Dense(8 + number, activation="relu", name=f"rest_{number}")(rest)
    scene = drawn(tf.keras.Model(tokens, rest), (2, 6, 8)).drawing.scene
    found = {}
    for card in cards(scene):
        for wire in card.wires:
            source = card.children[wire.source.child] if wire.source.child >= 0 else None
            name = source.name if isinstance(source, ChainRow) else source.title if isinstance(source, Card) else ""
            found.update(dict.fromkeys(said_of(wire), name))
    assert found == {"q": "queries", "k": "keys", "v": "values"}


def test_the_loop_of_a_cell_of_the_author_is_drawn_and_the_layer_around_it_is_named_once_on_each_side():
    """The demo's network: its RNN reserves a list for the results beside what it does with the input, both before its loop of 40 steps."""
    from opscope.demo.models import SpeechTagger

    scene = drawn(SpeechTagger(name="tagger"), (8, 40, 32)).drawing.scene
    if not any(card.title == "rnn/while" and card.open for card in cards(scene)):
        assert not KERAS_3  # some Keras 2 makes a first state there too, for which the page is too narrow: the layer's card tells the cell
        return
    sides = [
        child.name.partition(", ")[2]
        for card in cards(scene)
        for child in card.children
        if isinstance(child, ChainRow) and child.name.startswith("rnn, ")
    ]
    assert sorted(sides) == ["after its loop", "before its loop"]


def test_what_an_open_loop_leaves_is_called_its_last_state():
    """The loop's own result for the sum, taken outside of it; the number of turns is a counter, not a state."""
    weights = tf.Variable(tf.ones((8, 8)))

    @tf.function
    def run(start):
        def step(turn, state):
            mixed = tf.tanh(tf.matmul(state, weights) + tf.matmul(state, weights, transpose_b=True))
            return turn + 1, tf.nn.relu(tf.matmul(mixed, weights) * 0.5 + state)

        _, last = tf.while_loop(lambda turn, _: turn < 5, step, (0, start))
        return tf.matmul(last, weights)

    graph = opscope.trace(run, tf.TensorSpec((4, 8)))
    scene = overview(graph).drawing.scene
    leaving = [
        wire
        for card in cards(scene)
        for wire in card.wires
        if isinstance(card.children[wire.source.child], Card) and card.children[wire.source.child].kind == "while"
        if wire.source.child >= 0
    ]
    assert [wire.label for wire in leaving] == ["last state float32 (4, 8)"]
