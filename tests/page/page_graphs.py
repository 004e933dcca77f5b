"""Small literal graphs for the page's tests: no TensorFlow needed."""

from __future__ import annotations

from typing import Any

from graphs import Builder
from opscope.graph.graph import Graph
from opscope.graph.types import Cost, Measured, Source, TensorType

FLOAT = (TensorType("float32", (8, 64)),)
PRODUCER = {"tensorflow": "2.21.0", "opscope": "0"}
HOSTILE = (
    "</script><img src=x onerror=window.hacked=1>",
    "<!--<script>window.hacked=2</script>",
    "'\"><svg onload=window.hacked=3>&lt;b&gt;",
    "javascript:window.hacked=4",
    "\u202eright to left\u202c \u2028 line",
    '=HYPERLINK("http://x")',
    "x" * 3000,
)


def tagger(source: str = "tagger.py") -> Graph:
    """A model of an embedding, five equal blocks and a head, measured, its lines in `source`."""
    build = Builder()

    def place(line: int) -> Source:
        return Source(source, line, "call")

    def took(us: float) -> Measured:
        return Measured(us, us, 1, 100 * us)

    def op(name: str, kind: str, *inputs: str, **more: Any) -> str:
        return build.op(name, kind, *inputs, **{"out": FLOAT, **more})

    model = build.group("model", "model", cls="Tagger", measured=took(2000.0), parameters=5000)
    x = op("x", "Placeholder")
    embed = build.group(
        "embed", "layer", model, cls="Dense", measured=took(300.0), parameters=4160, source=place(3), outputs=FLOAT
    )
    x = op("model/embed/MatMul", "MatMul", x, op("model/embed/kernel", "Const", group=embed), group=embed,
           measured=took(250.0), source=place(3), cost=Cost(5e6, 1e4))  # fmt: skip
    x = op("model/embed/Relu", "Relu", x, group=embed, measured=took(50.0), source=place(3))
    for index in range(5):
        name = f"model/block_{index}"
        block = build.group(
            f"block_{index}", "layer", model, cls="Block", measured=took(100.0 + index), source=place(5)
        )
        y = op(f"{name}/MatMul", "MatMul", x, op(f"{name}/kernel", "Const", group=block), group=block,
               measured=took(80.0 + index), source=place(5))  # fmt: skip
        y = op(f"{name}/Tanh", "Tanh", y, group=block, measured=took(15.0), source=place(6))
        y = op(f"{name}/Mul", "Mul", y, y, group=block, source=place(6))
        x = op(f"{name}/AddV2", "AddV2", x, y, group=block, measured=took(5.0), source=place(6))
    head = build.group("head", "layer", model, cls="Dense", measured=took(1000.0), parameters=650, source=place(8))
    inner = build.group("inner", "scope", head)
    x = op("model/head/inner/Sqrt", "Sqrt", x, group=inner, out=[("float64", (8, 64))], measured=took(10.0))
    x = op("model/head/inner/Exp", "Exp", x, group=inner, out=[("float64", (8, 64))])
    x = op(
        "model/head/MatMul", "MatMul", x, group=head, measured=took(990.0), source=place(8), out=[("float64", (8, 10))]
    )
    op("Identity", "Identity", x)
    coverage = {"ops": 0.914, "dispatch": 0.062, "python": 0.019, "copies": 0.0, "unattributed": 0.005}
    steps = {"steps": 10, "steps_kept": 10, "disturbed": None}
    figures = {
        **steps,
        "step_time_us": 2200.0,
        "step_spread_us": None,
        "profiled_step_time_us": 2500.0,
        "attributed": 0.996,
    }
    measurement = {**figures, "coverage": coverage, "trace_level": 3, "devices": ["cpu"]}
    return build.graph("tagger", ["x"], {"output": "Identity"}, producer=PRODUCER, measurement=measurement)


def skips() -> Graph:
    """Stages down and up, a mask into each, a wire from each stage down to one up, and a sum of what all give."""
    make = Builder()
    last, mask = make.op("x", "Placeholder"), make.op("mask", "Placeholder")
    given = []
    for level in range(4):
        group, kind = make.group(f"down_{level}", "layer", cls="Down"), TensorType("float32", (8, 64 >> level))
        for step, op in enumerate(("Relu", "Tanh", "Exp")):
            last = make.op(f"down{level}/{step}", op, last, group=group, out=[kind])
        given.append(make.op(f"down{level}/masked", "Mul", last, mask, group=group, out=[kind]))
        last = make.op(f"down{level}/pool", "MaxPool", given[-1], group=group, out=[kind])
    for level in range(4):
        group, kind = make.group(f"up_{level}", "layer", cls="Up"), TensorType("float32", (8, 8 << level))
        last = make.op(f"up{level}/wide", "Elu", last, group=group, out=[kind])
        last = make.op(f"up{level}/join", "Sub", last, given[-1 - level], group=group, out=[kind])
        for step, op in enumerate(("Relu", "Tanh", "Exp", "Neg")):
            last = make.op(f"up{level}/{step}", op, last, group=group, out=[kind])
        last = make.op(f"up{level}/masked", "Mul", last, mask, group=group, out=[kind])
    make.op("total", "AddN", *given)
    make.op("head", "Softmax", last)
    return make.graph("skips", ["x", "mask"], ["head", "total"])


def branches() -> Graph:
    """Three equal blocks with a branch each, of which one side gives a number: 0.5, 1.5 and 2.5."""
    make = Builder()
    last = make.op("x", "Placeholder", out=FLOAT)
    make.op("p", "Placeholder", out=[TensorType("bool", ())])
    for block in range(3):
        group, name = make.group(f"block_{block}", "layer", cls="Block"), f"block_{block}"
        for step in ("Relu", "Tanh", "Exp", "Neg", "Abs"):
            last = make.op(f"{name}/{step}", step, last, group=group, out=FLOAT)
        row = len(make.rows)
        choice = make.op(f"{name}/if", "If", "p", last, group=group, out=FLOAT)
        owned = make.group("if", "if", group, owner=row)
        then, other = make.group("then", "branch", owned, owner=row), make.group("else", "branch", owned, owner=row)
        make.op(f"{name}/then/a", "_Arg", last, group=then, index=0, out=FLOAT)
        make.op(f"{name}/then/root", "Sqrt", f"{name}/then/a", group=then, out=FLOAT)
        make.op(f"{name}/then/r", "_Retval", f"{name}/then/root", group=then, out=[], index=0)
        make.op(f"{name}/else/a", "_Arg", last, group=other, index=0, out=FLOAT)
        number = {"dtype": "float32", "shape": [], "values": [0.5 + block]}
        make.op(f"{name}/else/number", "Const", group=other, out=[TensorType("float32", ())], value=number)
        make.op(f"{name}/else/r", "_Retval", f"{name}/else/number", group=other, out=[], index=0)
        last = make.op(f"{name}/out", "Sin", choice, group=group, out=FLOAT)
    return make.graph("branches", ["x", "p"], [last])


def many_ends() -> Graph:
    """Fourteen inputs of one type, two of which one op takes, and thirteen outputs."""
    make = Builder()
    inputs = [make.op(f"in_{k}", "Placeholder") for k in range(14)]
    sums = [make.op(f"sum_{k}", "AddN", *inputs[k::3]) for k in range(3)]
    both = make.op("both", "Sub", "in_3", "in_5")
    ends = [
        make.op(f"end_{k}", ("Relu", "Tanh", "Exp", "Neg")[k % 4], (*sums, both)[k % 4 if k < 12 else 3])
        for k in range(13)
    ]
    return make.graph("many", inputs, ends)


def condition() -> Graph:
    """A condition as TensorFlow 1 writes it: where `p` is true `x` goes to output 1 of the Switch, else to output 0."""
    make = Builder()
    make.op("p", "Placeholder", out=[TensorType("bool", ())])
    make.op("x", "Placeholder", out=FLOAT)
    make.op("switch", "Switch", "x", "p", out=FLOAT * 2)
    make.op("yes", "Relu", "switch:1", out=FLOAT)
    make.op("no", "Tanh", "switch", out=FLOAT)
    make.op("merge", "Merge", "no", "yes", out=(*FLOAT, TensorType("int32", ())))
    return make.graph("condition", ["p", "x"], ["merge"])


def hostile() -> Graph:
    """A graph whose every name is an attack on whoever puts it into markup, a script or a table."""
    build = Builder()
    before = build.op("x", "Placeholder", out=FLOAT)
    for index, name in enumerate(HOSTILE):
        group = build.group(f"g{index}{name.replace('/', '|')}", "layer", cls=name, source=Source(name, 1, name))
        before = build.op(f"{name}{index}", name or "NoOp", before, group=group, out=FLOAT, device=name, **{name: name})
    return build.graph(HOSTILE[0], ["x"], producer=PRODUCER)


def chain(count: int) -> Graph:
    """One layer after another, each a chain of ops of its own length, so that nothing repeats."""
    build = Builder()
    before = build.op("x", "Placeholder", out=FLOAT)
    for layer in range(count):
        group = build.group(f"layer_{layer}", "layer", cls=f"Layer{layer}")
        for step in range(2 + layer % 7):
            kind = ("Relu", "Tanh", "Exp")[(layer * step) % 3]
            before = build.op(f"layer_{layer}/op{step}", kind, before, group=group, out=FLOAT)
    return build.graph("chain", ["x"], producer=PRODUCER)


def tower(name: str = "", *, projected: bool = False) -> Graph:
    """A model of a stem, fourteen equal blocks of layers and a head: so large that it has an overview. `name` is part of every name.

    `projected`: the first block has a layer in its shortcut, which the others have not.
    """
    build = Builder()
    model = build.group(f"tower{name}", "model", cls=f"Tower{name}", parameters=7000)

    def layer(label: str, cls: str, parent: int, path: str, before: str, *ops: str) -> str:
        group = build.group(f"{label}{name}", "layer", parent, cls=f"{cls}{name}", parameters=64, outputs=FLOAT)
        for op in ops:
            before = build.op(f"{path}/{op}{name}", op, before, group=group, out=FLOAT, cost=Cost(1e6, 1e3))
        return before

    x = build.op("x", "Placeholder", out=FLOAT)
    x = layer("stem", "Stem", model, "stem", x, "Exp", "Relu")
    for index in range(14):
        block = build.group(f"block_{index}", "layer", model, cls="Block", outputs=FLOAT)
        first = layer("widen", "Widen", block, f"block_{index}/widen", x, "Neg", "Relu")
        second = layer("narrow", "Narrow", block, f"block_{index}/narrow", first, "Tanh")
        if projected and index == 0:
            x = layer("short", "Short", block, f"block_{index}/short", x, "Sin", "Cos")
        x = build.op(f"block_{index}/AddV2", "AddV2", x, second, group=block, out=FLOAT, cost=Cost(1e6, 1e3))
    x = layer("head", "Head", model, "head", x, "Softmax")
    return build.graph(f"tower{name}", ["x"], [x], producer=PRODUCER)


def loose_blocks(count: int = 12) -> Graph:
    """Blocks of three layers without a group around each, as a functional model has them: only the layers' numbers say which block they are of."""
    build = Builder()
    x = build.op("x", "Placeholder", out=FLOAT)
    for index in range(count):
        for name, cls, ops in (
            ("attn", "Attention", ("Exp", "Tanh")),
            ("ff", "Widen", ("Neg", "Relu")),
            ("ln", "Norm", ("Sub", "Mul")),
        ):
            layer = build.group(f"{name}{index}", "layer", cls=cls, parameters=64, outputs=FLOAT)
            for op in ops:
                x = build.op(f"{name}{index}/{op}", op, x, group=layer, out=FLOAT, cost=Cost(1e6, 1e3))
    return build.graph("loose_blocks", ["x"], [x], producer=PRODUCER)


def mixed() -> Graph:
    """Twelve blocks in a chain: in each a layer takes what another one gives and the mask, which goes into every block."""
    build = Builder()
    model = build.group("mixed", "model", cls="Mixed", parameters=7000)
    x, mask = build.op("x", "Placeholder", out=FLOAT), build.op("mask", "Placeholder", out=FLOAT)
    for index in range(12):
        block = build.group(f"block_{index}", "layer", model, cls="Block", parameters=64, outputs=FLOAT)
        widen = build.group("widen", "layer", block, cls="Widen", parameters=64, outputs=FLOAT)
        mix = build.group("mix", "layer", block, cls="Mix", parameters=64, outputs=FLOAT)
        y = build.op(f"block_{index}/widen/Neg", "Neg", x, group=widen, out=FLOAT, cost=Cost(1e6, 1e3))
        y = build.op(f"block_{index}/widen/Relu", "Relu", y, group=widen, out=FLOAT, cost=Cost(1e6, 1e3))
        small = build.op(f"block_{index}/mix/Exp", "Exp", mask, group=mix, out=FLOAT, cost=Cost(1e6, 1e3))
        y = build.op(f"block_{index}/mix/Sub", "Sub", y, small, group=mix, out=FLOAT, cost=Cost(1e6, 1e3))
        x = build.op(f"block_{index}/AddV2", "AddV2", x, y, group=block, out=FLOAT, cost=Cost(1e6, 1e3))
    return build.graph("mixed", ["x", "mask"], [x], producer=PRODUCER)
