"""Ops and layers as scripts see them: the JSON says the same of each, and a filter finds what a look at every one finds."""

from __future__ import annotations

import math
from dataclasses import asdict, replace
from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from examples import examples
from graphs import Builder, dense_model, literal
from opscope.errors import InputError, NotFoundError
from opscope.graph.content import content_of
from opscope.graph.graph import Graph
from opscope.graph.json import to_dict
from opscope.graph.scripting import Layers, Ops
from opscope.graph.types import Cost, Measured, Source, TensorType, Variable

CALLS = ("model", "module", "layer")
PHASES = ("forward", "loss", "backward", "optimizer", "metrics")
KINDS = (*CALLS, "scope", "function", "while", "body", *PHASES, "replica")
TYPES = ("MatMul", "Conv2D", "Conv3D", "AddV2", "NoOp")
CLASSES = ("Dense", "my.Dense", "Block", None)
DTYPES = ("float32", "float64", "int32")
SHAPES = (None, (), (None, 4), (8, 4))
SOURCES = (None, Source("model.py", 3, "call"), Source("net/model.py", 3, "call"), Source("net/model.py", 4, "f"))
WORDS = ("a", "b", "c")


@st.composite
def graphs(draw):
    """Random graphs in which all that an op or a group may have is there or not."""
    make = Builder()
    variables = draw(st.integers(0, 2))
    make.variables += [Variable(number, f"v{number}", "float32", (4,), True) for number in range(variables)]
    for number in range(draw(st.integers(0, 6))):
        kind = draw(st.sampled_from(KINDS))
        name = draw(st.sampled_from(WORDS))
        parent = draw(st.integers(-1, number - 1))
        around = f"{make.groups[parent].path}/" if parent >= 0 else ""
        taken = {group.path for group in make.groups}
        path = next(each for each in (f"{around}{name}{end}" for end in ("", "#2", *"345678")) if each not in taken)
        call = {
            "cls": draw(st.sampled_from(CLASSES)),
            "call": 1,
            "object_path": draw(st.sampled_from(("", "a", "b.c"))),
            "layer_source": "recorded",
            "outputs": tuple(draw(types)),
            "variables": tuple(range(variables)),
            "parameters": 4 * variables,
            "source": draw(st.sampled_from(SOURCES)),
        }
        figures = {"cost": draw(costs), "measured": draw(measurements)}
        make.group(name, kind, parent, path=path, **(call if kind in CALLS else {}), **figures)
    names = []
    for number in range(draw(st.integers(1, 8))):
        inputs = draw(st.lists(st.sampled_from(names), max_size=3)) if names else []
        inputs = [
            name if make.rows[names.index(name)].outputs and draw(st.booleans()) else f"^{name}" for name in inputs
        ]
        make.op(
            f"{draw(st.sampled_from(('a', 'b/c', 'B')))}/{number}", draw(st.sampled_from(TYPES)), *inputs,
            group=draw(st.integers(-1, len(make.groups) - 1)), out=draw(types), device=draw(st.sampled_from(("", "/GPU:0"))),
            source=draw(st.sampled_from(SOURCES)), cost=draw(costs), measured=draw(measurements),
            **draw(st.sampled_from(({}, {"T": "float32"}))),
        )  # fmt: skip
        names.append(make.rows[-1].name)
    make.dead += draw(st.lists(st.sampled_from(names), max_size=2))
    return make.graph()


types = st.lists(st.builds(TensorType, st.sampled_from(DTYPES), st.sampled_from(SHAPES)), max_size=2)
costs = st.sampled_from((None, Cost(6.0, None), Cost(None, 8.0, "iteration")))
measurements = st.sampled_from((None, Measured(1.5, 2.0, 1.0, None), Measured(time_us=3.0, fused=("a/0", "B/1"))))


def around(data, path):
    """The groups that the JSON has around something, the innermost first."""
    by_path = {group["path"]: group for group in data["groups"]}
    found = []
    while path is not None:
        found.append(by_path[path])
        path = by_path[path]["parent"]
    return found


def innermost(groups, kinds, key):
    return next((group[key] for group in groups if group["kind"] in kinds), None)


def record(value):
    """A figure's record as JSON has it."""
    return value and {key: list(each) if isinstance(each, tuple) else each for key, each in asdict(value).items()}


def tensors(outputs):
    return [{"dtype": each.dtype, "shape": None if each.shape is None else list(each.shape)} for each in outputs]


@examples(100)
@given(graphs())
def test_an_op_says_what_the_json_says_of_it(graph):
    data = to_dict(graph)
    assert [op.name for op in graph.ops()] == [node["name"] for node in data["nodes"]]
    for op, node in zip(graph.ops(), data["nodes"]):
        inputs = [{"node": each.op.name, "output": each.output, "control": each.control} for each in op.inputs]
        source = op.source and {"file": op.source.file, "line": op.source.line, "function": op.source.function}
        said = {
            "name": op.name, "op": op.type, "group": op.group, "inputs": inputs, "outputs": tensors(op.outputs),
            "attrs": op.attrs, "device": op.device, "source": source, "dead": op.dead,
        }  # fmt: skip
        assert said == {key: node[key] for key in said}
        for figures, key in ((op.cost, "cost"), (op.measured, "measured")):
            assert node[key] is None if figures is None else node[key].items() <= record(figures).items()
        first = [(each["dtype"], each["shape"]) for each in node["outputs"]][:1] or [(None, None)]
        assert [(op.dtype, None if op.shape is None else list(op.shape))] == first
        assert (op.layer and op.layer.path) == innermost(around(data, node["group"]), CALLS, "path")
        assert op.phase == innermost(around(data, node["group"]), PHASES, "kind")
        assert graph.op(op.name) == op


@examples(100)
@given(graphs())
def test_a_layer_says_what_the_json_says_of_it(graph):
    data = to_dict(graph)
    calls = [group for group in data["groups"] if group["kind"] in CALLS]
    parents = {group["path"]: innermost(around(data, group["parent"]), CALLS, "path") for group in calls}
    assert [layer.path for layer in graph.layers()] == list(parents)
    for layer, group in zip(graph.layers(), calls):
        source = layer.source and {
            "file": layer.source.file,
            "line": layer.source.line,
            "function": layer.source.function,
        }
        said = {
            "path": layer.path, "kind": layer.kind, "name": layer.name, "class": layer.class_name, "call": layer.call,
            "object_path": layer.object_path, "layer_source": layer.layer_source, "outputs": tensors(layer.outputs),
            "variables": [variable.id for variable in layer.variables], "parameters": layer.parameters, "source": source,
        }  # fmt: skip
        assert said == {key: group[key] for key in said}
        for figures, key in ((layer.cost, "cost"), (layer.measured, "measured")):
            assert group[key] is None if figures is None else group[key].items() <= record(figures).items()
        assert layer.phase == innermost(around(data, layer.path), PHASES, "kind")
        assert (layer.parent and layer.parent.path) == parents[layer.path]
        assert {each.path for each in layer.layers} == {
            path for path, parent in parents.items() if parent == layer.path
        }
        inside = [node["name"] for node in data["nodes"] if group in around(data, node["group"])]
        assert [op.name for op in layer.ops] == inside
        assert [op.name for op in graph.ops(layer=layer)] == inside
        assert graph.layer(layer.path) == layer


def fits(text, patterns):
    several = [patterns] if isinstance(patterns, str) else patterns
    return text is not None and any(fnmatchcase(text, each) for each in several)


def of_class(group, patterns):
    names = [group["class"], (group["class"] or "").rpartition(".")[2] or None]
    return group["kind"] in CALLS and any(fits(name, patterns) for name in names)


def lies_at(source, place):
    if source is None:
        return False
    lines = {"model.py": (3, 4), "model.py:3": (3,), "net/model.py:4": (4,), "el.py": ()}[place]
    ends = ("net/model.py",) if place.startswith("net/") else ("model.py", "net/model.py")
    return source["file"] in ends and source["line"] in lines


def called(data, word):
    """The paths of the calls that a word names: by path, else by object path, else by name or the end of the path."""
    calls = [group for group in data["groups"] if group["kind"] in CALLS]
    by_path = [group["path"] for group in calls if group["path"] == word]
    by_object = [group["path"] for group in calls if group["object_path"] == word]
    by_name = [group["path"] for group in calls if group["name"] == word or group["path"].endswith("/" + word)]
    return by_path or by_object or by_name


patterns = {
    "type": st.sampled_from(("MatMul", "Conv?D", ["AddV2", "NoOp"], "matmul")),
    "dtype": st.sampled_from(("float64", "float*", ["int32", "bool"])),
    "layer_class": st.sampled_from(("Dense", "D*", "my.Dense", ["Block", "Dense"], "None")),
    "phase": st.sampled_from(PHASES),
    "dead": st.booleans(),
    "source": st.sampled_from(("model.py", "model.py:3", "net/model.py:4", "el.py")),
    "name": st.sampled_from(("a/*", "*/[0-3]", ["b/c/1", "B/*"], "A/*")),
}
NAIVE = {
    "type": lambda node, _, value: fits(node["op"], value),
    "dtype": lambda node, _, value: bool(node["outputs"]) and fits(node["outputs"][0]["dtype"], value),
    "layer_class": lambda _, groups, value: any(of_class(group, value) for group in groups),
    "phase": lambda _, groups, value: innermost(groups, PHASES, "kind") == value,
    "dead": lambda node, _, value: node["dead"] is value,
    "source": lambda node, _, value: lies_at(node["source"], value),
    "name": lambda node, _, value: fits(node["name"], value),
}


@examples(200)
@given(graphs(), st.fixed_dictionaries({}, optional=patterns), st.data())
def test_a_filter_of_ops_finds_what_a_look_at_every_op_finds(graph, asked, data):
    json = to_dict(graph)
    wanted = [
        node for node in json["nodes"]
        if all(NAIVE[key](node, around(json, node["group"]), value) for key, value in asked.items())
    ]  # fmt: skip
    assert [op.name for op in graph.ops(**asked)] == [node["name"] for node in wanted]
    for key in ("layer", "group"):
        groups = [group["path"] for group in json["groups"] if key == "group" or group["kind"] in CALLS]
        if groups:
            path = data.draw(st.sampled_from(groups))
            within = [node["name"] for node in wanted if path in [each["path"] for each in around(json, node["group"])]]
            assert [op.name for op in graph.ops(**asked, **{key: path})] == within


@examples(100)
@given(graphs(), st.sampled_from(("a", "b.c", "c", "a/b")))
def test_a_word_for_a_layer_means_everything_inside_of_its_calls(graph, word):
    data = to_dict(graph)
    paths = set(called(data, word))
    if not paths:
        with pytest.raises(NotFoundError, match="no layer is called"):
            graph.ops(layer=word)
        return
    inside = [node["name"] for node in data["nodes"] if paths & {each["path"] for each in around(data, node["group"])}]
    assert [op.name for op in graph.ops(layer=word)] == inside


@examples(100)
@given(
    graphs(),
    st.sampled_from((None, "a", "[ab]", "*/b", ["a", "*/c"])),
    st.none() | patterns["layer_class"],
    st.none() | patterns["phase"],
    st.none() | patterns["source"],
)
def test_a_filter_of_layers_finds_what_a_look_at_every_layer_finds(graph, name, class_name, phase, source):
    data = to_dict(graph)
    wanted = [
        group["path"] for group in data["groups"]
        if group["kind"] in CALLS
        and (name is None or fits(group["name"], name) or fits(group["path"], name))
        and (class_name is None or of_class(group, class_name))
        and (phase is None or innermost(around(data, group["path"]), PHASES, "kind") == phase)
        and (source is None or lies_at(group["source"], source))
    ]  # fmt: skip
    found = graph.layers(name=name, class_name=class_name, phase=phase, source=source)
    assert [layer.path for layer in found] == wanted


@examples(40)
@given(graphs())
def test_the_table_for_pandas_has_the_same_under_the_same_names(graph):
    pytest.importorskip("pandas")
    frame = graph.to_pandas()
    assert list(frame.index) == [op.name for op in graph.ops()]
    for op, (_, row) in zip(graph.ops(), frame.iterrows()):
        texts = {"type": op.type, "device": op.device, "dead": op.dead, "shape": op.shape, "dtype": op.dtype}
        texts.update(group=op.group, phase=op.phase, source=str(op.source) if op.source else None)
        texts.update(layer=op.layer and op.layer.path, layer_class=op.layer and op.layer.class_name)
        figures = {**(asdict(op.cost) if op.cost else {}), **(asdict(op.measured) if op.measured else {})}
        for name, value in {**texts, **figures}.items():
            assert row[name] == value or (value is None and missing(row[name])), name


def missing(cell):
    """Whether pandas says that there is nothing: ``None``, or no number."""
    return cell is None or (isinstance(cell, float) and math.isnan(cell))


def test_a_sequence_of_ops_is_indexed_sliced_and_counted():
    ops = dense_model().ops()
    assert len(ops) == 16
    assert (ops[0].name, ops[-1].name) == ("x", "Identity")
    assert isinstance(ops[2:4], Ops)
    assert [op.type for op in ops[4:1:-1]] == ["ReadVariableOp", "Placeholder", "ReadVariableOp"]
    assert [op.name for op in reversed(ops)] == [op.name for op in ops][::-1]
    assert ops[3] in ops[3:5]
    assert ops[3] not in ops[4:]
    assert ops[3:].index(ops[5]) == 2
    with pytest.raises(IndexError):
        ops[16]
    assert not dense_model().ops(type="Conv2D")


def test_where_nothing_is_dead_all_ops_are_alive():
    graph = dense_model()
    assert (len(graph.ops(dead=True)), len(graph.ops(dead=False))) == (0, 16)


def test_layers_are_a_sequence_and_lead_to_what_is_around_and_inside():
    graph = dense_model()
    layers = graph.layers()
    assert isinstance(layers[1:], Layers)
    root, hidden, classes = layers
    assert (root.parent, hidden.parent, list(root.layers)) == (None, root, [hidden, classes])
    assert [op.type for op in hidden.ops] == ["ReadVariableOp", "ReadVariableOp", "MatMul", "BiasAdd", "Relu"]
    assert len(root.ops) == 10
    assert hidden.ops[0].layer == hidden


def test_objects_are_equal_that_stand_for_the_same_op_or_layer_of_the_same_graph():
    graph, other = dense_model(), dense_model()
    assert graph.op("x") == graph.ops()[0]
    assert graph.layer("hidden") == graph.ops(type="Relu")[0].layer
    assert len({graph.op("x"), graph.ops()[0], graph.layer("small"), graph.layers()[0]}) == 2
    assert graph.op("x") != other.op("x")
    assert graph.op("x") != graph.op("Identity")
    assert graph.layer("small") != graph.layer("hidden")
    assert graph.op("x") != "x"
    assert graph.layer("small") != "small"


def test_nothing_can_be_assigned():
    graph = dense_model()
    for one, name in ((graph.op("x"), "name"), (graph.layer("small"), "path"), (graph.ops(), "found")):
        with pytest.raises(AttributeError):
            setattr(one, name, "y")


def test_an_input_says_what_tensor_comes():
    graph = literal(
        ("a", "Split", (), (("float32", (4,)), ("float64", None))),
        ("b", "AddV2", ["a:1", "a", "^a"], (("float32", (4,)),)),
    )
    second, first, control = graph.op("b").inputs
    assert (second.op.name, second.output, second.dtype, second.shape) == ("a", 1, "float64", None)
    assert (first.output, first.dtype, first.shape, first.control) == (0, "float32", (4,), False)
    assert (control.op, control.output, control.control, control.dtype, control.shape) == (
        graph.op("a"),
        None,
        True,
        None,
        None,
    )


def test_an_op_knows_the_variables_that_it_holds_reads_or_updates():
    make = Builder()
    w = make.variable("w", "net.w", (4,))
    v = make.variable("v", "net.v", ())
    make.op("read", "ReadVariableOp", w)
    make.op("double", "Mul", "read", "read")
    make.op("update", "ResourceApplyAdam", v, w, v, "double", f"^{v}", out=())
    graph = make.graph()
    held = {op.name: [variable.object_path for variable in op.variables] for op in graph.ops()}
    assert held == {"w": ["net.w"], "v": ["net.v"], "read": ["net.w"], "double": [], "update": ["net.v", "net.w"]}
    pytest.importorskip("pandas")
    assert graph.to_pandas()["variables"].to_dict() == {name: tuple(paths) for name, paths in held.items()}


def test_a_source_is_the_text_that_editors_follow_and_finds_its_ops():
    graph = dense_model()
    source = graph.op("small/hidden/Relu").source
    assert str(source) == "model.py:12"
    assert len(graph.ops(source=source)) == len(graph.ops(source="model.py:12")) == 5
    assert len(graph.ops(source="model.py")) == 10
    assert [layer.name for layer in graph.layers(source=source)] == ["hidden"]
    assert len(graph.ops(source=Source("other/model.py", 12, "call"))) == 0


def test_a_file_is_found_by_the_end_of_its_path_on_every_system():
    places = [Source(r"C:\code\net.py", 1, "f"), Source("/code/net.py", 12, "f"), Source("subnet.py", 1, "f")]
    make = Builder()
    for number, place in enumerate(places):
        make.op(f"op{number}", "NoOp", source=place)
    graph = make.graph()
    found = {
        text: [op.name for op in graph.ops(source=text)] for text in ("net.py", "/code/net.py", r"C:\code\net.py:1")
    }
    assert found == {"net.py": ["op0", "op1"], "/code/net.py": ["op1"], r"C:\code\net.py:1": ["op0"]}


def test_attributes_are_decoded_when_asked_for_and_not_before():
    decoded = []
    graph = dense_model()
    table = replace(
        content_of(graph).table,
        raw_attrs=[object()] * len(graph),
        decode=lambda raw: decoded.append(raw) or {"T": "float32"},
    )
    graph = Graph("small", replace(content_of(graph), table=table))
    ops = graph.ops(type="MatMul", dtype="float32", layer="hidden", source="model.py", name="*", dead=False)
    assert repr(ops)
    assert [(op.name, op.shape, op.inputs, op.variables, op.layer) for op in ops]
    assert not decoded
    assert ops[0].attrs == {"T": "float32"}
    assert len(decoded) == 1


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"phase": "forwards"}, "phase is 'forwards'; give one of forward, loss, backward, optimizer, metrics"),
        ({"phase": "Forward"}, "phase is 'Forward'; give one of forward, loss, backward, optimizer, metrics"),
        ({"type": 3}, r"3 is no pattern; give a text such as 'Conv\*', or a list of them"),
        ({"layer_class": []}, r"\[\] is no pattern"),
        ({"dead": "no"}, "dead is 'no'; give True for dead ops, False for all others"),
        ({"source": ""}, "source is ''; give a file such as 'model.py', or 'model.py:12'"),
        ({"source": 12}, "source is 12; give a file"),
    ],
)
def test_what_can_fit_nothing_is_refused(asked, message):
    with pytest.raises(InputError, match=message):
        dense_model().ops(**asked)


def test_what_names_one_thing_must_exist():
    graph = dense_model()
    for look, message in [
        (
            lambda: graph.op("small/hidden/Matmul"),
            "no op is called 'small/hidden/Matmul'; did you mean small/hidden/MatMul",
        ),
        (lambda: graph.layer("hiden"), r"no layer is called 'hiden'; did you mean small/hidden\?"),
        (lambda: graph.ops(layer="hiden"), r"no layer is called 'hiden'; did you mean small/hidden\?"),
        (lambda: graph.ops(group="hiden"), r"no group is called 'hiden'; did you mean small/hidden\?"),
    ]:
        with pytest.raises(KeyError) as caught:
            look()
        with pytest.raises(InputError, match=message):
            raise caught.value


def test_a_sequence_shows_its_first_ten_as_a_table():
    graph = dense_model()
    shown = repr(graph.ops())
    assert shown.splitlines()[:3] == [
        "16 ops",
        "name                       type            dtype     shape       source",
        "x                          Placeholder     float32   (None, 10)  -",
    ]
    assert shown.splitlines()[-1] == "… 6 more"
    assert len(shown.splitlines()) == 13
    assert repr(graph.ops(type="Relu")).splitlines()[0] == "1 op"
    assert repr(graph.ops(type="Conv2D")) == "no ops"
    assert repr(graph.layers(name="hidden")).splitlines() == [
        "1 layer",
        "path          class_name  call  parameters  source",
        "small/hidden  Dense       1     704         model.py:12",
    ]
    assert repr(graph.op("x")) == "<Op 'x': Placeholder>"
    assert repr(graph.layer("hidden")) == "<Layer 'small/hidden': Dense>"


def test_a_table_shows_the_end_of_a_long_name_and_no_character_that_acts():
    graph = literal(("a" * 60 + "/end", "Evil\x1b[31m\n", (), ()))
    assert repr(graph.ops()[0]).endswith(": Evil\\x1b[31m¶>")
    line = repr(graph.ops()).splitlines()[2]
    assert line.startswith("…" + "a" * 45 + "/end  Evil\\x1b[31m¶  -")
    assert len(repr(graph.ops()).splitlines()) == 3
