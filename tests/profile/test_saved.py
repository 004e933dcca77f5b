"""SavedModels on disk, run and measured: those of TensorFlow 1 too, whose loops are frames and no functions."""

import pytest

tf = pytest.importorskip("tensorflow")
import numpy as np  # noqa: E402

from opscope import InputError, LoadError, profile  # noqa: E402
from opscope.graph.content import content_of  # noqa: E402

v1 = tf.compat.v1


@pytest.fixture(scope="module")
def frames(tmp_path_factory):
    folder = str(tmp_path_factory.mktemp("v1") / "model")
    v1.disable_control_flow_v2()
    try:
        with tf.Graph().as_default(), v1.Session() as session:
            x = v1.placeholder(tf.float32, (None, 3), "x")
            weight = v1.get_variable("w", (3, 3), use_resource=False)
            _, y = v1.while_loop(lambda i, a: i < 7, lambda i, a: (i + 1, tf.sin(tf.matmul(a, weight))), [0, x])
            y = tf.identity(y, "y")
            session.run(v1.global_variables_initializer())
            v1.saved_model.simple_save(session, folder, {"x": x}, {"y": y})
    finally:
        v1.enable_control_flow_v2()
    return folder


def test_loops_in_frames_are_counted_by_iteration(frames):
    graph = profile(frames, x=np.ones((2, 3), "float32"), steps=2)
    calls = {content_of(graph).table.ops[row]: one.calls for row, one in content_of(graph).measured.items()}
    assert "LoopCond" in calls  # a loop of TensorFlow 1 it is
    assert calls["Sin"] == 7
    assert graph.measurement["attributed"] >= 0.995


def test_values_are_generated_for_what_is_not_given(frames):
    assert profile(frames, steps=1, batch=4).measurement["attributed"] >= 0.995


def test_a_loaded_function_runs_on_the_given_values(frames):
    loaded = tf.saved_model.load(frames)
    graph = profile(loaded.signatures["serving_default"], x=(5, 3), steps=1)
    assert graph.measurement["steps"] == 1


@pytest.fixture(scope="module")
def words(tmp_path_factory):
    """Of TensorFlow 1, with a table, and with a result that has the name of the op that gives it."""
    folder = str(tmp_path_factory.mktemp("v1") / "words")
    with tf.Graph().as_default(), v1.Session() as session:
        word, x = v1.placeholder(tf.string, (None,), "word"), v1.placeholder(tf.float32, (None, 3), "x")
        keys = tf.lookup.KeyValueTensorInitializer(["a", "b"], tf.constant([0, 1], tf.int64))
        table = v1.lookup.StaticHashTable(keys, 2)
        rows = v1.get_variable("rows", (3, 3))
        y = tf.nn.softmax(tf.gather(rows, table.lookup(word)) + x, name="probs")
        session.run([v1.global_variables_initializer(), v1.tables_initializer()])
        v1.saved_model.simple_save(
            session, folder, {"word": word, "x": x}, {"probs": y}, legacy_init_op=v1.tables_initializer()
        )
    return folder


def test_a_model_of_tensorflow_1_with_a_table_runs_and_all_its_time_comes_home(words, tmp_path):
    given = {"word": np.array(["a", "q"]), "x": np.ones((2, 3), "float32")}
    loaded = tf.saved_model.load(words)
    for target in (words, loaded, loaded.signatures["serving_default"]):
        graph = profile(target, steps=2, **given)
        calls = {content_of(graph).table.names[row]: one.calls for row, one in content_of(graph).measured.items()}
        assert calls["probs"] >= 1
        assert graph.measurement["attributed"] >= 0.995
        assert [variable.shape for variable in content_of(graph).variables] == [(3, 3)]
    graph.estimate(batch=2).save(tmp_path / "words.html")


def test_what_is_not_there_is_refused(frames, tmp_path):
    with pytest.raises(LoadError, match="not a SavedModel, the only kind of file that can be run; give one, or a live"):
        profile(tmp_path)
    (tmp_path / "7").mkdir()
    (tmp_path / "7" / "saved_model.pb").write_bytes(b"x")
    with pytest.raises(LoadError, match=f"give a version in it, such as {tmp_path / '7'}, or a live model"):
        profile(tmp_path)
    with pytest.raises(InputError, match="serving_default"):
        profile(frames, signature="other")
    with pytest.raises(InputError, match="path of a SavedModel"):
        profile(tf.function(lambda x: x), 1.0, signature="other")


def test_a_path_where_nothing_is_says_so(tmp_path):
    with pytest.raises(LoadError, match="saved_modle: there is no such file or folder; check the path"):
        profile(tmp_path / "saved_modle")
