"""Rules about files: ops that a TensorFlow lacks, ops of libraries, paths of one machine, signatures without names."""

from __future__ import annotations

import pytest

import opscope
from check.rule_cases import shows
from graphs import Builder
from opscope.check.op_versions import age_of, newest_known, tensorflow_version
from opscope.program.opdefs import OpSignatures
from opscope.program.proto import message_class


def graph_file(folder, *ops, name="graph.pb"):
    """A GraphDef with a placeholder and then these ops, each of the result before it."""
    graph = message_class("GraphDef")()
    graph.node.add(name="op0", op="Placeholder").attr["dtype"].type = 1
    for number, op in enumerate(ops, 1):
        signature = OpSignatures().get(op)
        inputs = [f"op{number - 1}"] * (len(signature.inputs) if signature else 1)
        graph.node.add(name=f"op{number}", op=op, input=inputs).attr["T"].type = 1
    (folder / name).write_bytes(graph.SerializeToString())
    return folder / name


def messages(found):
    return [each.message for each in found]


def test_an_op_is_too_new_for_the_versions_that_lack_it(tmp_path):
    path = graph_file(tmp_path, "ApproxTopK", "SegmentSumV2", "Relu")
    said = {
        version: messages(opscope.check(path, select="op-too-new", tensorflow=version))
        for version in ("2.4", "2.10", "2.10.1", "2.21")
    }
    assert said["2.4"] == [
        "TensorFlow 2.4 has no op ApproxTopK; 2.10 has it, and 2.4 has not",
        "TensorFlow 2.4 has no op SegmentSumV2; 2.15 has it, and 2.10 has not",
    ]
    assert said["2.10"] == said["2.10.1"] == ["TensorFlow 2.10 has no op SegmentSumV2; 2.15 has it, and 2.10 has not"]
    assert said["2.21"] == []


def test_between_two_versions_that_are_known_only_what_is_sure_is_said(tmp_path):
    path = graph_file(tmp_path, "ApproxTopK", "SegmentSumV2")
    assert messages(opscope.check(path, select="op-too-new", tensorflow="2.7")) == [
        "TensorFlow 2.7 has no op SegmentSumV2; 2.15 has it, and 2.10 has not"
    ]
    assert messages(opscope.check(path, select="op-too-new")) == []


@shows("op-too-new", faults=1, near_misses=1)
@pytest.mark.parametrize(
    ("op", "without", "having"),
    [("BatchMatMulV3", "2.4", "2.10"), ("SegmentSumV2", "2.10", "2.15"), ("DecodeWebP", "2.15", "2.21")],
)
def test_the_last_version_that_lacks_an_op_and_the_first_that_has_it(tmp_path, op, without, having):
    path = graph_file(tmp_path, op)
    (found,) = opscope.check(path, select="op-too-new", tensorflow=without)
    assert found.message.startswith(f"TensorFlow {without} has no op {op}; ")
    assert not opscope.check(path, select="op-too-new", tensorflow=having)


@pytest.mark.parametrize("version", ["two", "", "2", "2.3", "2.99", "3.0", "-2.4"])
def test_a_version_of_which_nothing_is_known_is_refused(tmp_path, version):
    with pytest.raises(opscope.InputError, match="tensorflow="):
        opscope.check(graph_file(tmp_path, "Relu"), tensorflow=version)


def test_the_table_is_that_of_the_tensorflow_here():
    """What this TensorFlow registers: each op of the table is there if this version has it, and not if it is too old for it."""
    tf = pytest.importorskip("tensorflow")
    from tensorflow.core.framework import op_def_pb2
    from tensorflow.python.client import pywrap_tf_session

    ops = op_def_pb2.OpList()
    ops.ParseFromString(pywrap_tf_session.TF_GetBuffer(pywrap_tf_session.TF_GetAllOpList()))
    here = {op.name for op in ops.op}
    version = min(tuple(int(part) for part in tf.__version__.split(".")[:2]), newest_known())
    ages = {op: age_of(op) for op in here}
    assert [op for op, age in ages.items() if age is not None and version <= age.without] == []
    for op, first in {
        "ApproxTopK": (2, 10),
        "SegmentSumV2": (2, 15),
        "DecodeWebP": (2, 21),
        "BatchMatMulV3": (2, 10),
    }.items():
        age = age_of(op)
        assert age.first == first
        if version >= first or version <= age.without:
            assert (op in here) == (version >= first)
    assert tensorflow_version("2.10.1") == (2, 10)


@shows("custom-op", faults=1)
def test_an_op_of_a_library_is_told_once_a_type(tmp_path):
    (found,) = opscope.check(graph_file(tmp_path, "Mine>Gelu", "Mine>Gelu", "Relu"))
    assert (found.rule, found.severity, found.nodes) == ("custom-op", "note", ("op1", "op2"))


@shows("custom-op", faults=1)
def test_many_of_a_type_are_counted_and_some_of_them_named(tmp_path):
    (found,) = opscope.check(graph_file(tmp_path, *["Mine>Gelu"] * 30))
    assert (len(found.nodes), found.figures) == (20, {"ops": 30})


@shows("custom-op", near_misses=3)
def test_ops_of_tensorflow_and_calls_of_functions_are_no_librarys(tmp_path):
    tf = pytest.importorskip("tensorflow")

    @tf.function
    def inner(x):
        return tf.while_loop(lambda y: tf.reduce_sum(y) < 9.0, lambda y: [y + 1.0], [x])[0]

    @tf.function(input_signature=[tf.TensorSpec((3,))])
    def outer(x):
        return tf.cond(tf.reduce_any(x > 0.0), lambda: inner(x), lambda: tf.nn.gelu(x))

    assert list(opscope.check(outer, select="files")) == []
    module = tf.Module()
    module.f = outer
    tf.saved_model.save(module, str(tmp_path / "saved"), signatures=outer.get_concrete_function())
    assert list(opscope.check(tmp_path / "saved", select="files")) == []
    assert list(opscope.check(tmp_path / "saved", select="custom-op", all=True)) == []


@shows("custom-op", faults=1, near_misses=3)
def test_nothing_is_said_of_ops_where_they_are_not_tensorflows_or_newer_than_what_is_known(tmp_path):
    made = Builder()
    made.op("y", "Keras>Dense", made.op("x", "Placeholder"))
    graph = made.graph("layers")
    assert list(opscope.check(graph)) == []
    assert list(opscope.check(graph.save(tmp_path / "layers.json"))) == []
    known = opscope.load(graph_file(tmp_path, "FromTheFuture"))
    assert [each.rule for each in opscope.check(known)] == ["custom-op"]
    known._facts = {**known.facts, "tensorflow": "2.99.0"}
    assert list(opscope.check(known)) == []


def reading(tf, path, **more):
    @tf.function(**more)
    def read(x):
        return tf.io.read_file(path) + x

    return read


@shows("absolute-path", faults=1)
@pytest.mark.parametrize(
    "path", ["/home/me/words.txt", "C:\\data\\words.txt", "C:/data/words.txt", "file:///data/w.txt", "\\\\host\\w.txt"]
)
def test_a_path_of_one_machine_is_told(path):
    tf = pytest.importorskip("tensorflow")
    (found,) = opscope.check(reading(tf, path), tf.TensorSpec((), tf.string), select="files")
    assert (found.rule, repr(path) in found.message) == ("absolute-path", True)


@shows("absolute-path", near_misses=1)
@pytest.mark.parametrize("path", ["words.txt", "data/words.txt", "gs://bucket/words.txt", "", "c/d"])
def test_a_path_that_is_the_same_anywhere_is_not(path):
    tf = pytest.importorskip("tensorflow")
    assert list(opscope.check(reading(tf, path), tf.TensorSpec((), tf.string), select="files")) == []


def test_a_path_that_is_passed_on_is_found_and_one_that_is_an_input_is_not():
    tf = pytest.importorskip("tensorflow")

    @tf.function
    def read(path):
        return tf.io.read_file(tf.identity(path))

    @tf.function
    def outer(x):
        return read("/home/me/words.txt") + read(x)

    (found,) = opscope.check(outer, tf.TensorSpec((), tf.string), select="files")
    assert found.rule == "absolute-path"


def test_a_dataset_in_the_graph_reads_files_too():
    tf = pytest.importorskip("tensorflow")

    @tf.function
    def count(x):
        for line in tf.data.TextLineDataset(["/data/a.txt", "/data/b.txt"]):
            x += tf.strings.length(line)
        return x

    (found,) = opscope.check(count, tf.TensorSpec((), tf.int32), select="absolute-path")
    assert found.message.startswith("TextLineDataset reads '/data/a.txt'")


def saved(tf, folder, results, **spec):
    class Saved(tf.Module):
        @tf.function(input_signature=[tf.TensorSpec((None, 4), **spec)])
        def run(self, x):
            return results(x)

    module = Saved()
    tf.saved_model.save(module, str(folder), signatures=module.run.get_concrete_function())
    return folder


@pytest.mark.parametrize(
    ("results", "said"),
    [
        (lambda x: (x + 1.0, x * 2.0), ["the signature serving_default has outputs without names: output_0, output_1"]),
        (lambda x: {"sum": x + 1.0, "twice": x * 2.0}, []),
        (lambda x: x + 1.0, []),
    ],
)
def test_a_signature_with_several_results_without_names_is_told(tmp_path, results, said):
    tf = pytest.importorskip("tensorflow")
    path = saved(tf, tmp_path / "saved", results)
    assert messages(opscope.check(path, select="unnamed-signature")) == said
