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
