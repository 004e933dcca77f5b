"""JSON is untrusted: whatever is wrong with it is refused in one line that names the place; what is read can be relied on."""

from __future__ import annotations

import json
import math
import random
from pathlib import Path

import pytest

import opscope
import opscope.graph.json as graph_json
from json_mutations import complete, mutated_json
from opscope.errors import LoadError, OpscopeError
from opscope.graph.content import content_of
from opscope.graph.json import from_dict, to_dict, to_json

SCHEMA = Path(graph_json.__file__).with_name("schema.json")
WHILE = "forward/model/while"


def changed(place, value):
    """The data of the whole graph with one value replaced; `place` is a dotted path, such as ``nodes.3.op``."""
    data = complete()
    *path, last = [int(part) if part.isdigit() else part for part in place.split(".")]
    owner = data
    for part in path:
        owner = owner[part]
    owner[last] = value
    return data


def refusal(data):
    with pytest.raises(LoadError) as error:
        from_dict(data)
    message = str(error.value)
    assert "\n" not in message and len(message) < 400 and message.isprintable()
    return message


@pytest.mark.parametrize(
    ("place", "value", "words"),
    [
        ("nodes.0.name", None, "nodes[0].name: null is not text"),
        ("nodes.0.name", 3, "nodes[0].name: 3 is not text"),
        ("nodes.1.name", "x", "nodes[1].name: 'x' is there twice"),
        ("nodes.2.op", ["Relu"], "nodes[2].op: a list of 1 is not text"),
        ("nodes.4.group", "gone", "nodes[4].group: 'gone' is not the path of a group"),
        ("nodes.4.group", {}, "nodes[4].group: an object of 0 is not the path of a group"),
        ("nodes.4.inputs", "x", "nodes[4].inputs: 'x' is not a list"),
        ("nodes.4.inputs.1", [], "nodes[4].inputs[1]: a list of 0 is not an object"),
        ("nodes.4.inputs.1.node", "gone", "nodes[4].inputs[1].node: 'gone' is not the name of an op"),
        ("nodes.4.inputs.1.output", 10**6, "nodes[4].inputs[1].output: 1000000, but the op it names has 1 output"),
        ("nodes.4.inputs.1.output", -7, "nodes[4].inputs[1].output: -7 is not a whole number from 0"),
        ("nodes.4.inputs.1.output", True, "nodes[4].inputs[1].output: true is not a whole number"),
        ("nodes.4.inputs.1.output", 0.0, "nodes[4].inputs[1].output: 0.0 is not a whole number"),
        ("nodes.4.inputs.1.output", None, "nodes[4].inputs[1].output: null is not a whole number"),
        ("nodes.4.inputs.1.control", True, "nodes[4].inputs[1].output: 0, but a control input has no output"),
        ("nodes.4.inputs.1.control", 0, "nodes[4].inputs[1].control: 0 is neither true nor false"),
        ("nodes.0.outputs.0.dtype", 3, "nodes[0].outputs[0].dtype: 3 is not a dtype"),
        ("nodes.0.outputs.0.dtype", "", "nodes[0].outputs[0].dtype: '' is not a dtype"),
        ("nodes.0.outputs.0.dtype", "\x1b[2J", r"nodes[0].outputs[0].dtype: '\x1b[2J' is not a dtype"),
        ("nodes.0.outputs.0.shape", "x", "nodes[0].outputs[0].shape: 'x' is not a shape"),
        ("nodes.0.outputs.0.shape", ["x"], "nodes[0].outputs[0].shape[0]: 'x' is not a dimension"),
        ("nodes.0.outputs.0.shape", [2, True], "nodes[0].outputs[0].shape[1]: true is not a dimension"),
        ("nodes.0.outputs.0.shape", [2, -1], "nodes[0].outputs[0].shape[1]: -1 is not a dimension"),
        ("nodes.0.outputs.0.shape", [2.0], "nodes[0].outputs[0].shape[0]: 2.0 is not a dimension"),
        ("nodes.0.outputs.0.shape", [1 << 63], "nodes[0].outputs[0].shape[0]: 9223372036854775808 is not a dimension"),
        ("nodes.0.outputs.0.shape", [10**9000], "nodes[0].outputs[0].shape[0]: a number of 9001 digits is not a dimension"),
        ("nodes.0.outputs.0.shape", [1 << 40, 1 << 40], "nodes[0].outputs[0].shape: no tensor has more than 9,223,372"),
        ("nodes.0.outputs.0.shape", [1] * 255, "nodes[0].outputs[0].shape: a list of 255 is not a shape"),
        ("nodes.0.attrs", [], "nodes[0].attrs: a list of 0 is not an object"),
        ("nodes.0.attrs.list", [1, math.nan], "nodes[0].attrs.list[1]: nan is not a finite number"),
        ("nodes.0.attrs.a b", {"c": 1 << 64}, "nodes[0].attrs['a b'].c: 18446744073709551616 does not fit into an integer of 64 bits"),
        ("nodes.0.device", None, "nodes[0].device: null is not text"),
        ("nodes.0.dead", 1, "nodes[0].dead: 1 is neither true nor false"),
        ("nodes.4.source.line", -1, "nodes[4].source.line: -1 is not a whole number from 0"),
        ("nodes.4.source", {"file": "a"}, "nodes[4].source: the key 'line' is missing"),
        ("nodes.4.cost.flops", math.inf, "nodes[4].cost.flops: inf is not a finite number of at least 0"),
        ("nodes.4.cost.bytes", -1, "nodes[4].cost.bytes: -1 is not a finite number of at least 0"),
        ("nodes.4.cost.per", "day", "nodes[4].cost.per: 'day' is none of step, iteration"),
        ("nodes.4.measured.calls", "1", "nodes[4].measured.calls: '1' is not a finite number"),
        ("nodes.4.measured.fused", ["a", 1], "nodes[4].measured.fused[1]: 1 is not text"),
        ("nodes.4.extra", 1, "nodes[4]: 'extra' is not a key that belongs here"),
        ("nodes.4", 7, "nodes[4]: 7 is not an object"),
        ("nodes", {}, "nodes: an object of 0 is not a list"),
        ("groups.2.path", "elsewhere", "groups[2].path: 'elsewhere' does not begin with its parent's path"),
        ("groups.2.path", "forward", "groups[2].path: 'forward' is there twice"),
        ("groups.2.parent", "gone", "groups[2].parent: 'gone' is not the path of a group"),
        ("groups.1.parent", "forward/model", "groups[1].parent: the group 'forward/model' lies in itself"),
        ("groups.2.kind", "box", "groups[2].kind: 'box' is none of model, module"),
        ("groups.2.kind", 1, "groups[2].kind: 1 is none of model, module"),
        ("groups.2.call", 0, "groups[2].call: 0 is not a whole number from 1"),
        ("groups.2.layer_source", "guess", "groups[2].layer_source: 'guess' is none of recorded, inferred, scope, null"),
        ("groups.2.variables", [0, 9], "groups[2].variables[1]: 9 is not the id of a variable"),
        ("groups.2.parameters", 16.0, "groups[2].parameters: 16.0 is not a whole number"),
        ("groups.2.of", 5, "groups[2].of: 5 is neither text nor null"),
        ("variables.1.id", 0, "variables[1].id: 0 where 1 belongs"),
        ("variables.1.trainable", None, "variables[1].trainable: null is neither true nor false"),
        ("measurement.steps", 0, "measurement.steps: 0 is not a whole number from 1"),
        ("measurement.coverage.ops", "all", "measurement.coverage.ops: 'all' is not a finite number"),
        ("measurement.slow", [math.inf], "measurement.slow[0]: inf is not a finite number"),
        ("measurement.runs", None, "measurement.runs: null is not an object"),
        ("measurement.runs.count", 1, "measurement.runs.count: 1 is not a whole number from 2"),
        ("measurement.runs.count", 3, "measurement.runs.steps: 2 values where there are 3 runs"),
        ("measurement.runs.disturbed", [0, True], "measurement.runs.disturbed[0]: 0 is neither true nor false"),
        ("measurement.runs.step_time_us", [1.0, -1.0], "measurement.runs.step_time_us[1]: -1.0 is not a finite number of at least 0"),
        ("measurement.runs.time_us", [], "measurement.runs.time_us: a list of 0 is not an object"),
        ("measurement.runs.time_us.x", [1.0, None], "measurement.runs.time_us.x[1]: null is not a finite number"),
        ("measurement.memory", {}, "measurement.memory: an object of 0 is not a list"),
        ("measurement.memory.0.allocator", 3, "measurement.memory[0].allocator: 3 is not text"),
        ("measurement.memory.0.held_bytes", -1, "measurement.memory[0].held_bytes: -1 is not a whole number"),
        ("measurement.memory.0.peak_bytes", None, "measurement.memory[0].peak_bytes: null is not a whole number"),
        ("measurement.memory.0.peak_us", math.inf, "measurement.memory[0].peak_us: inf is not a finite number"),
        ("measurement.memory.0.peak_node", 1, "measurement.memory[0].peak_node: 1 is neither text nor null"),
        ("measurement.memory.0.step_peak_bytes", [0.5], "measurement.memory[0].step_peak_bytes[0]: 0.5 is not a whole number"),
        ("measurement.memory.0.owners.0.bytes", "all", "measurement.memory[0].owners[0].bytes: 'all' is not a whole number"),
        ("measurement.memory.0.owners.0.node", 0, "measurement.memory[0].owners[0].node: 0 is neither text nor null"),
        ("measurement.memory.0.time_us", [1.0], "measurement.memory[0].change_bytes: 2 values where there are 1 times"),
        ("measurement.memory.0.change_bytes", [1, 0.5], "measurement.memory[0].change_bytes[1]: 0.5 is not a whole number"),
        ("measurement.memory.0.node", [None, 2], "measurement.memory[0].node[1]: 2 is neither text nor null"),
        ("measurement.runs.time_us.x", [1.0], "measurement.runs.time_us.x: 1 values where there are 2 runs"),
        ("producer.tensorflow", 2, "producer.tensorflow: 2 is not text"),
        ("name", "\ud800", r"name: '\ud800' holds half a character"),
        ("nodes.0.name", "\udc00x", r"nodes[0].name: '\udc00x' holds half a character"),
        ("measurement.devices", "CPU", "measurement.devices: 'CPU' is not a list"),
        ("measurement.disturbed", 0, "measurement.disturbed: 0 is neither true nor false"),
        ("cost.loops.forward/model/while", -1, "cost.loops['forward/model/while']: -1 is not a finite number of at least 0"),
        ("cost.unknown_shape", {"MatMul": 0.5}, "cost.unknown_shape.MatMul: 0.5 is not a whole number"),
        ("cost.batch", 0, "cost.batch: 0 is not a whole number from 1"),
        ("version", 3, "version: 3 is not a version of the format that this opscope reads, 1 to 2"),
        ("version", True, "version: true is not a version"),
        ("version", "\x1b]0;HACKED\x07", r"version: '\x1b]0;HACKED\x07' is not a version"),
        ("format", "x" * 1000, "not a graph that opscope wrote (its format is 'xxx"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_with_its_place(place, value, words):
    assert words in refusal(changed(place, value))


def test_groups_in_a_circle_are_named():
    data = changed("groups.0.parent", "if")
    data["groups"][7]["parent"] = "forward"
    assert data["groups"][7]["path"] == "if"
    assert "groups[0].parent: the group 'forward' lies in itself, through 'if'" in refusal(data)


def test_a_wrong_record_far_down_is_found():
    data = complete()
    filler = {**data["nodes"][0], "group": None}
    data["nodes"] += [{**filler, "name": f"more{index}"} for index in range(5000)]
    del data["nodes"][4700]["device"]
    assert "nodes[4700]: the key 'device' is missing" in refusal(data)


def test_a_value_nested_without_end_is_refused():
    deep = []
    for _ in range(100_000):
        deep = [deep]
    assert "nested more than 32 deep" in refusal(changed("nodes.0.attrs.T", deep))


def test_other_json_is_told_from_a_damaged_graph():
    assert "not a graph that opscope wrote (it names no format); is it the right file?" in refusal(
        {"class_name": "Dense"}
    )


def test_children_before_their_parents_are_put_behind_them():
    data = complete()
    right = from_dict(data)
    data["groups"].reverse()
    graph = from_dict(data)
    assert all(group.parent < index for index, group in enumerate(content_of(graph).groups))
    key = lambda group: group["path"]  # noqa: E731
    assert sorted(to_dict(graph)["groups"], key=key) == sorted(to_dict(right)["groups"], key=key)
    assert to_dict(graph)["nodes"] == to_dict(right)["nodes"]


def test_the_whole_graph_is_read_and_written_without_loss():
    data = complete()
    graph = from_dict(data)
    assert to_dict(graph) == data
    assert to_json(from_dict(json.loads(to_json(graph)))) == to_json(graph)


def test_bodies_find_the_ops_that_run_them():
    graph = from_dict(complete())
    owners = {
        group.path: content_of(graph).table.names[group.owner] for group in content_of(graph).groups if group.owner >= 0
    }
    loop = {WHILE: WHILE, f"{WHILE}/cond": WHILE, f"{WHILE}/body": WHILE}
    assert owners == {**loop, "if": "if", "if/then": "if", "if/then/call": "if/then/call", "if/else": "if"}


def test_an_op_inside_a_body_is_not_taken_for_what_runs_it():
    data = complete()
    row = [node["name"] for node in data["nodes"]].index(WHILE)
    data["nodes"][row]["group"] = f"{WHILE}/body"
    owners = {group.path: group.owner for group in content_of(from_dict(data)).groups}
    assert owners[f"{WHILE}/body"] == owners[WHILE] == -1


def test_equal_types_and_attributes_become_one_object():
    data = complete()
    data["nodes"][0]["attrs"] = {"T": "float32", "N": 1}
    data["nodes"][1]["attrs"] = {"T": "float32", "N": 1}
    data["nodes"][2]["attrs"] = {"T": "float32", "N": True}
    table = content_of(from_dict(data)).table
    assert table.attrs_key(0) == table.attrs_key(1) != table.attrs_key(2)
    assert table.attrs(2)["N"] is True
    assert table.outputs[1] is table.outputs[2]


# The text of a file


@pytest.fixture
def file(tmp_path):
    def write(data):
        path = tmp_path / "graph.json"
        path.write_bytes(data)
        return path

    return write


def text():
    return json.dumps(complete())


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"flops": 256.0', '"flops": NaN', "nodes[4].cost.flops: nan is not a finite number"),
        ('"flops": 256.0', '"flops": 1e999', "nodes[4].cost.flops: inf is not a finite number"),
        ('"flops": 256.0', '"flops": -Infinity', "nodes[4].cost.flops: -inf is not a finite number"),
        (
            '"flops": 256.0',
            '"flops": ' + "9" * 5000,
            "nodes[4].cost.flops: a number of 5,000 digits is not a finite number",
        ),
        ('"shape": [8, 4]', '"shape": [8, -' + "1" * 99 + "]", "shape[1]: a number of 99 digits is not a dimension"),
        (
            '"transpose_a": false',
            '"transpose_a": ' + "7" * 5000,
            "nodes[4].attrs.transpose_a: a number of 5,000 digits",
        ),
        (
            '"op": "MatMul"',
            '"op": "MatMul", "op": "Add"',
            "nodes[4]: an object with the key 'op' twice is not an object",
        ),
        ('"version": 2', '"version": 2, "version": 1', "the graph: an object with the key 'version' twice"),
        ('"name": "x"', r'"name": "\ud800"', r"nodes[0].name: '\ud800' holds half a character"),
        ('"nodes": [', '"nodes": [,', "not JSON from line 1, column"),
        ('"attrs": {}', '"attrs": ' + '{"a":' * 200_000, "nested too deep"),
    ],
)
def test_what_only_the_text_shows_is_refused_with_its_place(file, old, new, words):
    assert text().count(old) >= 1
    path = file(text().replace(old, new, 1).encode())
    with pytest.raises(LoadError) as error:
        opscope.load(path)
    message = str(error.value)
    assert message.startswith(f"{path}: ") and words in message and "\n" not in message and len(message) < 400


def test_a_file_cut_short_is_told_with_the_line(file):
    whole = to_json(from_dict(complete()))
    with pytest.raises(LoadError, match=r"not JSON from line 20, column .*; was it copied completely\?"):
        opscope.load(file("\n".join(whole.split("\n")[:20])[:-40].encode()))


def test_a_byte_order_mark_of_an_editor_is_passed_over(file):
    assert opscope.load(file(b"\xef\xbb\xbf" + text().encode())).to_json() == to_json(from_dict(complete()))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"])
def test_another_encoding_is_told_with_what_to_do(file, encoding):
    with pytest.raises(LoadError, match="JSON in UTF-16 or UTF-32, but opscope reads UTF-8; save it as UTF-8"):
        opscope.load(file(text().encode(encoding)))


def test_bytes_that_are_no_utf8_are_told(file):
    damaged = text().replace("net.py", "n\u00e9t.py").encode("latin-1")
    with pytest.raises(LoadError, match=rf"not UTF-8 at byte {damaged.index(0xE9):,} "):
        opscope.load(file(damaged))


# Against the published schema


def remembering(jsonschema):
    """A validator that looks once at equal records of one kind: mutated files differ from each other in few."""
    valid = set()

    def items(validator, kind, instance, schema):
        for index, item in enumerate(instance if validator.is_type(instance, "array") else ()):
            key = (id(kind), json.dumps(item))
            if key not in valid:
                errors = list(validator.descend(item, kind, path=index))
                yield from errors
                if not errors:
                    valid.add(key)

    return jsonschema.validators.extend(jsonschema.Draft7Validator, {"items": items})


@pytest.mark.alike
def test_what_the_schema_calls_invalid_is_refused():
    jsonschema = pytest.importorskip("jsonschema")
    validator = remembering(jsonschema)(json.loads(SCHEMA.read_text(encoding="utf-8")))
    assert validator.is_valid(complete())
    verdicts = {(True, True): 0, (True, False): 0, (False, False): 0}
    for seed in range(400):
        try:
            data = json.loads(mutated_json(random.Random(seed)).lstrip("\ufeff"))
            is_valid = validator.is_valid(data)
        except ValueError:  # torn text, or a number that Python refuses to read
            continue
        try:
            from_dict(data)
            is_read = True
        except OpscopeError:
            is_read = False
        assert is_valid or not is_read, f"seed {seed}: the schema refuses what was read"
        verdicts[is_valid, is_read] += 1
    assert min(verdicts.values()) > 20, verdicts  # of each kind enough to mean something
