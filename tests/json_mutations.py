"""The JSON of a small training step that uses every field of the format, and seeded mutations of it.

`mutated_json(random)` gives the text of one file: damaged, nonsense, or odd and yet valid. `tools/fuzz.py` may use it too.
"""

from __future__ import annotations

import json
import re

FLOAT = {"dtype": "float32", "shape": [8, 4]}
HANDLE = {"dtype": "resource", "shape": []}
NONE = {"device": "", "source": None, "dead": False, "cost": None, "measured": None}


def _edge(text):
    """An input from ``name``, ``name:1`` or ``^name``."""
    name, _, output = text.lstrip("^").partition(":")
    control = text.startswith("^")
    return {"node": name, "output": None if control else int(output or 0), "control": control}


def _node(name, op, inputs="", *, group=None, outputs=(FLOAT,), attrs=None, **more):
    edges = [_edge(text) for text in inputs.split()]
    return {
        "name": name,
        "op": op,
        "group": group,
        "inputs": edges,
        "outputs": list(outputs),
        "attrs": attrs or {},
        **NONE,
        **more,
    }


def _group(path, kind, **more):
    parent, _, name = path.rpartition("/")
    empty = {
        "class": None,
        "call": None,
        "object_path": None,
        "of": None,
        "layer_source": None,
        "outputs": [],
        "variables": [],
    }
    empty.update({"parameters": None, "source": None, "cost": None, "measured": None})
    return {"path": path, "parent": parent or None, "kind": kind, "name": name, **empty, **more}


def _place(line):
    return {"file": "net.py", "line": line, "function": "call"}


def _took(us, fused=None):
    more = {"calls": 1, "memory_bytes": None, "fused": fused}
    return {"time_us": us, "spread_us": 0.5, "error_us": 0.25, "busy_us": us, "device_us": None, **more}


def _layer(path, before, handle):
    weights = [
        _node(f"{path}/Read", "ReadVariableOp", handle, group=path, outputs=[{"dtype": "float32", "shape": [4, 4]}])
    ]
    product = _node(
        f"{path}/MatMul", "MatMul", f"{before} {path}/Read", group=path, attrs={"transpose_a": False, "T": "float32"},
        source=_place(3), cost={"flops": 256.0, "macs": 128.0, "bytes": 320.0, "per": "step"}, measured=_took(7.5, [f"{path}/Relu"]),
    )  # fmt: skip
    return [*weights, product, _node(f"{path}/Relu", "Relu", f"{path}/MatMul", group=path, measured=_took(0.0))]


def _loop():
    """A While op in ``forward/model``, its condition and its body."""
    at, body, cond = "forward/model/while", "forward/model/while/body", "forward/model/while/cond"
    scalar = [{"dtype": "int32", "shape": []}]
    functions = {"body": {"function": "body_1"}, "cond": {"function": "cond_1"}}
    return [
        _node("zero", "Const", outputs=scalar, attrs={"value": {"dtype": "int32", "shape": [], "values": [0]}}),
        _node(at, "While", "zero forward/model/block_1/Relu", group="forward/model", outputs=[*scalar, FLOAT], attrs=functions),
        _node(f"{cond}/i", "_Arg", "zero", group=cond, outputs=scalar, attrs={"index": 0, "T": "int32"}),
        _node(f"{cond}/five", "Const", group=cond, outputs=scalar, attrs={"value": {"dtype": "int32", "shape": [], "values": [5]}}),
        _node(f"{cond}/Less", "Less", f"{cond}/i {cond}/five", group=cond, outputs=[{"dtype": "bool", "shape": []}]),
        _node(f"{cond}/out", "_Retval", f"{cond}/Less", group=cond, outputs=[], attrs={"index": 0}),
        _node(f"{body}/i", "_Arg", "zero", group=body, outputs=scalar, attrs={"index": 0, "_user_specified_name": "step"}),
        _node(f"{body}/x", "_Arg", "forward/model/block_1/Relu", group=body, attrs={"index": 1}),
        _node(f"{body}/one", "Const", group=body, outputs=scalar, attrs={"value": {"dtype": "int32", "shape": [], "values": [1]}}),
        _node(f"{body}/add", "AddV2", f"{body}/i {body}/one", group=body, outputs=scalar),
        _node(f"{body}/Tanh", "Tanh", f"{body}/x ^{body}/add", group=body, cost={"flops": 32, "macs": 0, "bytes": None, "per": "iteration"}),
        _node(f"{body}/out", "_Retval", f"{body}/add", group=body, outputs=[], attrs={"index": 0}),
        _node(f"{body}/out_1", "_Retval", f"{body}/Tanh", group=body, outputs=[], attrs={"index": 1}),
    ]  # fmt: skip


def _branch():
    """An If op at the top, its two branches, and a call in one of them."""
    then, other, call = "if/then", "if/else", "if/then/call"
    return [
        _node("choice", "Placeholder", outputs=[{"dtype": "bool", "shape": []}], attrs={"shape": [], "dtype": "bool"}),
        _node("if", "If", "choice forward/model/while:1", attrs={"then_branch": {"function": "t"}}),
        _node(f"{then}/x", "_Arg", "forward/model/while:1", group=then, attrs={"index": 0}),
        _node(call, "PartitionedCall", f"{then}/x", group=then, attrs={"f": {"function": "inner_7"}}),
        _node(f"{call}/x", "_Arg", f"{then}/x", group=call, attrs={"index": 0}),
        _node(f"{call}/Neg", "Neg", f"{call}/x", group=call),
        _node(f"{call}/out", "_Retval", f"{call}/Neg", group=call, outputs=[], attrs={"index": 0}),
        _node(f"{then}/out", "_Retval", call, group=then, outputs=[], attrs={"index": 0}),
        _node(f"{other}/x", "_Arg", "forward/model/while:1", group=other, attrs={"index": 0}),
        _node(f"{other}/out", "_Retval", f"{other}/x", group=other, outputs=[], attrs={"index": 0}),
    ]


def _step():
    """Loss, gradient and update."""
    where, strides = "backward/model/block_0", {"strides": [1, 2, 2, 1], "padding": "SAME", "data_format": "NHWC"}
    return [
        _node("loss/Mean", "Mean", "if", group="loss", outputs=[{"dtype": "float32", "shape": []}], source=_place(9)),
        _node(f"{where}/MatMul", "MatMul", "x loss/Mean", group=where, outputs=[{"dtype": "float32", "shape": [None, 4]}]),
        _node("optimizer/rate", "Const", group="optimizer", outputs=[{"dtype": "float32", "shape": [2]}],
              attrs={"value": {"dtype": "float32", "shape": [2], "values": [0.5, "nan"], "min": 0.5, "max": "nan"}}),
        _node("optimizer/apply", "ResourceApplyGradientDescent", f"kernel optimizer/rate {where}/MatMul", group="optimizer",
              outputs=[], device="/device:CPU:0"),
        _node("odd", "Frobnicate", "x:0 ^optimizer/apply", outputs=[FLOAT, {"dtype": "dtype_77", "shape": None}],
              attrs={"list": [1, "a", None, [2.5]], **strides}),
        _node("conv", "Conv2D", "image filter", outputs=[{"dtype": "float32", "shape": [1, 4, 4, 8]}], attrs=strides),
        _node("image", "Placeholder", outputs=[{"dtype": "float32", "shape": [1, 8, 8, 3]}]),
        _node("filter", "Const", outputs=[{"dtype": "float32", "shape": [3, 3, 3, 8]}]),
        _node("unused", "Neg", "odd:1", dead=True),
        _node("Identity", "Identity", "conv"),
    ]  # fmt: skip


def _groups():
    called = {"class": "Dense", "layer_source": "recorded", "outputs": [FLOAT], "parameters": 16, "source": _place(2)}
    groups = [_group("forward", "forward"), _group("forward/model", "model", measured=_took(20.0))]
    for index in range(2):
        cost = {"flops": 256.0, "macs": 128.0, "bytes": 320.0, "per": "step"}
        more = {
            "object_path": f"blocks[{index}]",
            "variables": [index],
            "call": 1,
            "cost": cost,
            "measured": _took(8.0),
        }
        groups.append(_group(f"forward/model/block_{index}", "layer", **called, **more))
    kinds = "while:while while/cond:cond while/body:body"
    groups += [_group(f"forward/model/{text.partition(':')[0]}", text.partition(":")[2]) for text in kinds.split()]
    groups += [
        _group("if", "if"),
        _group("if/then", "branch"),
        _group("if/then/call", "function"),
        _group("if/else", "branch"),
    ]
    groups += [
        _group("loss", "loss"),
        _group("backward", "backward"),
        _group("backward/model", "scope", of="forward/model"),
    ]
    return [
        *groups,
        _group("backward/model/block_0", "scope", of="forward/model/block_0"),
        _group("optimizer", "optimizer"),
    ]


def complete():
    """The data of the whole graph: 42 ops in 16 groups."""
    nodes = [
        _node("x", "Placeholder", attrs={"shape": [8, 4], "dtype": "float32"}),
        _node("kernel", "Placeholder", outputs=[HANDLE]),
        _node("kernel_1", "VarHandleOp", outputs=[HANDLE], attrs={"shared_name": "blocks/1/kernel"}),
        *_layer("forward/model/block_0", "x", "kernel"),
        *_layer("forward/model/block_1", "forward/model/block_0/Relu", "kernel_1"),
        *_loop(), *_branch(), *_step(),
    ]  # fmt: skip
    variables = [
        {"id": index, "object_path": f"blocks[{index}].kernel", "dtype": "float32", "shape": [4, 4], "trainable": True}
        for index in range(2)
    ]
    measurement = {
        "steps": 10, "steps_kept": 9, "disturbed": False, "step_time_us": 33.0, "step_spread_us": 1.5, "profiled_step_time_us": 35.5,
        "attributed": 0.99, "coverage": {"ops": 0.9, "dispatch": 0.1}, "trace_level": 3, "devices": ["CPU"], "slow": [{"layer": "model"}],
        "runs": {
            "count": 2, "steps": [5, 5], "steps_kept": [5, 4], "disturbed": [False, None], "step_time_us": [31.5, 34.5],
            "profiled_step_time_us": [34.5, 36.5], "time_us": {"forward/model/block_0/MatMul": [2.5, 3.5]},
            "median_us": {"forward/model/block_0/MatMul": [2.25, 3.25]},
        },
        "memory": [
            {
                "allocator": "mklcpu", "held_bytes": None, "peak_bytes": 300, "peak_us": 2.5, "peak_node": "forward/model/block_0/MatMul",
                "step_peak_bytes": [300, 300], "allocated_bytes": 300, "smallest_bytes": 300,
                "owners": [{"node": "forward/model/block_0/MatMul", "bytes": 300}],
                "time_us": [2.5, 7.0], "change_bytes": [300, -300], "node": ["forward/model/block_0/MatMul", None],
            }
        ],
    }  # fmt: skip
    head = {"format": "opscope", "version": 2, "name": "step", "producer": {"tensorflow": "2.21.0", "opscope": "0"}}
    cost = {
        "batch": 8, "per_sample": False, "flops": 5e6, "macs": 2e6, "bytes": 1e4, "peak_activation_bytes": 4096, "without_formula": {"Odd": 2},
        "unknown_shape": {}, "loops": {"forward/model/while": None},
        "loops_at_most": {"forward/model/while": 10}, "per": "iteration", "fixed_flops": None,
    }  # fmt: skip
    data = {
        **head,
        "nodes": nodes,
        "groups": _groups(),
        "variables": variables,
        "measurement": measurement,
        "cost": cost,
    }
    return json.loads(json.dumps(data))  # no two places share an object


ODD = (
    None, True, False, 0, 1, -1, -7, 3, 2.0, 0.5, -0.5, 1e308, 5e-324, 10**6, 2**31, 2**63 - 1, 2**63, -(2**63), 2**64, 10**400,
    float("nan"), float("inf"), float("-inf"), "", " ", "x", "/", "a/b", "#2", "~2", "\0", "\x1b]0;x\x07", "\u202e", "\ud800",
    "a\nb", "\U0001f600", "]]>", "<script>", "&amp;", '"', "\\", "{x}", "%s", "x" * 3000, "float32", "resource", "string",
    "nan", "inf", [], {}, [None], [[]], [-1], [0], [1, 2, 3], ["a", 1], [2**62, 4], [1] * 300, {"function": 3}, {"function": "f"},
    {"dtype": 3}, {"dtype": "float32", "shape": [2], "values": [1, "a"]}, {"shape": "x", "values": 3}, {"values": {"a": 1}},
    {"dtype": None, "shape": [None], "values": None, "min": [], "max": {}},
)  # fmt: skip
OPS = (
    "Placeholder", "Const", "Identity", "IdentityN", "NoOp", "_Arg", "_Retval", "While", "If", "Case", "PartitionedCall",
    "ReadVariableOp", "VarHandleOp", "MatMul", "Conv2D", "Reshape", "Concat", "ConcatV2", "Fill", "Range", "StridedSlice", "Pack",
    "Sum", "Transpose", "Split", "Switch", "Merge", "Enter", "Exit", "NextIteration", "AddN", "Einsum", "Gather", "", "<b>",
)  # fmt: skip
ATTRIBUTES = (
    "value", "shape", "dtype", "T", "f", "index", "strides", "padding", "data_format", "ksize", "N", "axis", "equation", "dilations",
    "transpose_a", "_user_specified_name", "shared_name", "body", "cond", "then_branch", "keep_dims", "begin_mask", "_XlaMustCompile",
)  # fmt: skip


def _places(value, found):
    """Every (container, key) below a value."""
    for key in list(value) if isinstance(value, dict) else range(len(value)):
        found.append((value, key))
        if isinstance(value[key], (dict, list)):
            _places(value[key], found)
    return found


def _replace(data, random):
    owner, key = random.choice(_places(data, []))
    owner[key] = json.loads(json.dumps(random.choice(ODD)))


def _remove(data, random):
    owner, key = random.choice(_places(data, []))
    del owner[key]


def _add(data, random):
    owner, key = random.choice(_places(data, []))
    if isinstance(owner, dict):
        owner[random.choice(["extra", "name", "", "\ud800", *ATTRIBUTES])] = random.choice(ODD)
    else:
        owner.insert(key, json.loads(json.dumps(owner[random.randrange(len(owner))])))


def _swap(data, random):
    """The value of one place in a place of the same key."""
    places = _places(data, [])
    owner, key = random.choice(places)
    alike = [other[key] for other, name in places if name == key and type(other) is type(owner)]
    owner[key] = json.loads(json.dumps(random.choice(alike)))


def _shuffle(data, random):
    random.shuffle(data[random.choice(["nodes", "groups", "variables"])])


def _parent(data, random):
    group, other = random.choice(data["groups"]), random.choice(data["groups"])
    group["parent"] = other["path"]
    if random.random() < 0.5:
        group["path"] = f"{other['path']}/{group['name']}"


def _rename(data, random):
    """Another name for an op or group, wherever it stands: odd and valid."""
    old = random.choice([*[node["name"] for node in data["nodes"]], *[group["path"] for group in data["groups"]]])
    new = str(random.choice([value for value in ODD if isinstance(value, str)]))
    for owner, key in _places(data, []):
        if isinstance(owner[key], str) and (owner[key] == old or owner[key].startswith(old + "/")):
            owner[key] = new + owner[key][len(old) :]


def _rewire(data, random):
    node, other = random.choice(data["nodes"]), random.choice(data["nodes"])
    output = random.choice([None, 0, 0, 0, 1, 7, -7, len(other["outputs"]) - 1])
    edge = {"node": other["name"], "output": output, "control": random.choice([output is None, False])}
    node["inputs"].insert(random.randint(0, len(node["inputs"])), edge)


def _retype(data, random):
    random.choice(data["nodes"])["op"] = random.choice([*OPS, *[node["op"] for node in data["nodes"]]])


def _move(data, random):
    random.choice(data["nodes"])["group"] = random.choice([None, *[group["path"] for group in data["groups"]]])


def _kind(data, random):
    random.choice(data["groups"])["kind"] = random.choice([group["kind"] for group in data["groups"]])


def _attribute(data, random):
    random.choice(data["nodes"])["attrs"][random.choice(ATTRIBUTES)] = random.choice(ODD)


def _shape(data, random):
    types = [item for record in [*data["nodes"], *data["groups"]] for item in record["outputs"]]
    dims = (None, 0, 1, 2, 3, 8, 1 << 20, 1 << 31, (1 << 63) - 1)
    shape = (
        None
        if random.random() < 0.1
        else [random.choice(dims) for _ in range(random.choice([0, 1, 2, 3, 4, 5, 254, 255]))]
    )
    random.choice([*types, *data["variables"]])["shape"] = shape


def _figure(data, random):
    record = random.choice([*data["nodes"], *data["groups"]])
    figures = [random.choice([None, 0, 1, 2.5, 1e18, 1e300, 1.7e308, -1]) for _ in range(7)]
    if random.random() < 0.5:
        record["measured"] = dict(
            zip(("time_us", "spread_us", "error_us", "busy_us", "device_us", "calls", "memory_bytes"), figures),
            fused=random.choice([None, [], ["x"]]),
        )
    else:
        record["cost"] = {
            "flops": figures[0],
            "macs": figures[2],
            "bytes": figures[1],
            "per": random.choice(["step", "iteration", "day"]),
        }


EDITS = (
    _replace, _replace, _remove, _add, _swap, _swap, _shuffle, _parent, _rename, _rename, _rewire, _retype, _retype, _move, _kind,
    _attribute, _attribute, _shape, _figure,
)  # fmt: skip


def mutated_json(random):
    """The text of one mutated file, by a `random.Random`; most have one to three edits."""
    data = complete()
    for _ in range(random.choice([1, 1, 1, 2, 3, 6])):
        try:
            random.choice(EDITS)(data, random)
        except (KeyError, TypeError, IndexError, AttributeError):
            continue  # an earlier edit took away what this one wanted to change
    text = json.dumps(data)
    return _torn(text, random) if random.random() < 0.1 else text


def _torn(text, random):
    """What only the text can hold: literals that JSON does not have, numbers too long, a key twice, a piece missing."""
    found = list(re.finditer(r"(?<=[ \[])-?\d[\d.e+-]*(?=[,\]}])", text))
    number, key = random.choice(found), random.choice(list(re.finditer(r'"\w+": ', text)))
    literal = random.choice(["NaN", "-Infinity", "1e999", "9" * 5000, "-" + "9" * 50, "01", "1" * 20 + ".5"])
    return random.choice(
        [
            text[: number.start()] + literal + text[number.end() :],
            text[: key.start()] + key.group() + "1, " + text[key.start() :],
            text[: random.randrange(len(text))],
            "\ufeff" + text,
        ]
    )  # fmt: skip
