"""Keywords of `trace` that go on to the target: misspelled options, names of inputs, what Keras would drop."""

from __future__ import annotations

import pytest

from opscope import TraceError, trace
from opscope.errors import KeywordError

tf = pytest.importorskip("tensorflow")


def functional(cls=tf.keras.Model):
    given = tf.keras.Input((4,), name="given")
    return cls(given, tf.keras.layers.Dense(2)(given), name="net")


@pytest.mark.parametrize("inputs", [(), ((2, 4),)])
def test_a_functional_model_takes_no_keyword_that_it_would_drop(inputs):
    with pytest.raises(KeywordError, match=r"the call of 'net' takes no 'traning'; did you mean training\?"):
        trace(functional(), *inputs, traning=True)


def test_the_name_of_an_input_is_no_such_keyword():
    assert len(trace(functional(), given=(2, 4))) > 1


def test_a_users_call_that_takes_any_keyword_is_believed():
    class Scaled(tf.keras.Model):
        def call(self, inputs, **more):
            return super().call(inputs) * more.get("scale", 1.0)

    assert "Mul" in trace(functional(Scaled), (2, 4), scale=3.0).summary()


def test_what_is_missing_is_what_was_misspelled():
    def attend(x, mask):
        return x * mask

    with pytest.raises(KeywordError, match=r"takes no 'maks'; did you mean mask\?"):
        trace(attend, (2,), maks=(2,))
    with pytest.raises(TraceError, match="missing"):
        trace(attend, (2,))


def test_a_step_takes_its_batch_by_position():
    model = functional()
    model.compile("sgd", "mse")
    with pytest.raises(KeywordError, match=r"step='train' takes the batch by position, .* takes no 'y'"):
        trace(model, (2, 4), y=(2, 2), step="train")
