"""What a fresh process does so that its figures are not those of one place in memory: and that the model does not notice."""

from __future__ import annotations

import os
import platform
import subprocess
import sys

import pytest

tf = pytest.importorskip("tensorflow")
import numpy as np  # noqa: E402

from opscope import profile  # noqa: E402
from opscope.profile.running import placement, runner  # noqa: E402
from opscope.profile.running.placement import ALLOCATOR, MovedVariables, varied  # noqa: E402


def bits(variable):
    found = variable.numpy()
    return found.tolist() if found.dtype == object else found.tobytes()  # texts are objects


def address(variable):
    """Where its values lie: the array has the variable's own buffer, not a copy."""
    return tf.raw_ops.ReadVariableOp(resource=variable.handle, dtype=variable.dtype)._numpy_internal().ctypes.data


def variables():
    odd = np.frombuffer(bytes(range(256)) * 16, np.float32).copy()  # among them NaNs with bits of their own
    return [
        tf.Variable(odd), tf.Variable(np.array([[-0.0, np.inf]], np.float64)), tf.Variable(np.arange(99)), tf.Variable([True, False]),
        tf.Variable(np.array([1 + 2j], np.complex64)), tf.Variable(np.ones(7, np.float16)), tf.Variable(tf.ones(5, tf.bfloat16)),
        tf.Variable(np.arange(8, dtype=np.uint8)), tf.Variable(3.5), tf.Variable(tf.zeros((0, 4))), tf.Variable(["text"]),
    ]  # fmt: skip


def test_variables_lie_elsewhere_and_are_the_same_to_the_last_bit():
    with tf.device("CPU:0"):
        made = variables()
        before = [bits(each) for each in made]
        places = [address(each) for each in made[:4]]
        mover = MovedVariables([each.handle for each in made])
        for _ in range(5):
            mover.move()
            assert [bits(each) for each in made] == before
            moved = [address(each) for each in made[:4]]
            assert not {*zip(moved, range(4))} & {*zip(places, range(4))}
            places = moved


def test_a_variable_without_values_and_what_is_no_variable_are_passed_over():
    table = tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(["a"], [1]), 0)
    empty = tf.raw_ops.VarHandleOp(dtype=tf.float32, shape=(2,), shared_name="nothing_in_it", container="")
    one = tf.Variable([2.0])
    MovedVariables([table.resource_handle, empty, tf.constant(1.0), one.handle]).move()
    assert one.numpy().tolist() == [2.0]
    assert table.lookup(tf.constant("a")).numpy() == 1


def test_the_largest_variables_stay_where_they_are(monkeypatch):
    monkeypatch.setattr(placement, "_MOVED", 2000)
    with tf.device("CPU:0"):
        large, small = tf.Variable(tf.zeros(1000)), tf.Variable(tf.zeros(1000, tf.float16))
        before = [address(each) for each in (large, small)]
        MovedVariables([large.handle, small.handle]).move()
        after = [address(each) for each in (large, small)]
    assert (after[0] == before[0], after[1] == before[1]) == (True, False)


def test_weights_and_the_state_of_an_optimizer_are_as_before_a_profile_in_many_places(monkeypatch):
    monkeypatch.setattr(runner, "touch_memory", lambda: None)
    model = tf.keras.Sequential([tf.keras.layers.Dense(5, name="first"), tf.keras.layers.Dense(2, name="second")])
    model.compile("adam", "mse")
    x, y = np.ones((4, 3), "float32"), np.ones((4, 2), "float32")
    model.fit(x, y, epochs=2, verbose=0)
    found = model.optimizer.variables
    state = [*model.variables, *(found() if callable(found) else found)]
    before = [np.asarray(each).tobytes() for each in state]
    moves = []
    real = MovedVariables.move
    monkeypatch.setattr(MovedVariables, "move", lambda self: (moves.append(1), real(self)))
    with varied():
        graph = profile(model, x, y, step="train", steps=11)
    assert [np.asarray(each).tobytes() for each in state] == before
    assert len(state) > 8
    assert len(moves) == 3  # before the first step, the sixth and the eleventh
    assert graph.measurement["steps"] == 11
    assert graph.measurement["attributed"] > 0.99  # what moves the variables is in no step


def test_in_the_users_own_process_nothing_is_moved(monkeypatch):
    monkeypatch.setattr(MovedVariables, "move", lambda self: pytest.fail("moved"))
    monkeypatch.setattr(runner, "touch_memory", lambda: pytest.fail("touched"))
    twice = tf.Variable(2.0)
    profile(tf.function(lambda x: x * twice), (3,), steps=1)


FAULTS = """
import resource
from opscope.profile.running.placement import touch_memory
touch_memory()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
held = [bytearray(b"1") * 60_000 for _ in range(1500)]  # 22,000 pages
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="the settings are those of the C library of Linux")
def test_buffers_come_from_pages_that_are_there():
    done = subprocess.run(
        [sys.executable, "-c", FAULTS], env={**os.environ, **ALLOCATOR}, stdout=subprocess.PIPE, check=True, text=True
    )
    assert int(done.stdout) < 2000
