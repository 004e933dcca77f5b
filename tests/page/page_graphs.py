"""Small literal graphs for the page's tests: no TensorFlow needed."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from opscope.graph.graph import Graph
from opscope.graph.json import from_dict

FLOAT = [{"dtype": "float32", "shape": [8, 64]}]
HOSTILE = (
    "</script><img src=x onerror=window.hacked=1>",
    "<!--<script>window.hacked=2</script>",
    "'\"><svg onload=window.hacked=3>&lt;b&gt;",
    "javascript:window.hacked=4",
    "\u202eright to left\u202c \u2028 line",
    '=HYPERLINK("http://x")',
    "x" * 3000,
)


class Builder:
    """Collects nodes and groups in the form of the JSON contract."""

    def __init__(self) -> None:
        self.nodes: List[Dict[str, Any]] = []
        self.groups: List[Dict[str, Any]] = []

    def group(self, path: str, kind: str = "layer", cls: Optional[str] = None, **more: Any) -> str:
        parent, _, name = path.rpartition("/")
        empty = {"call": None, "object_path": None, "of": None, "layer_source": None, "outputs": [], "variables": []}
        empty.update({"parameters": None, "source": None, "cost": None, "measured": None})
        self.groups.append(
            {"path": path, "parent": parent or None, "kind": kind, "name": name, "class": cls, **empty, **more}
        )
        return path

    def op(self, name: str, op: str, *inputs: str, group: Optional[str] = None, **more: Any) -> str:
        edges = [{"node": node, "output": 0, "control": False} for node in inputs]
        facts = {
            "outputs": FLOAT,
            "attrs": {},
            "device": "",
            "source": None,
            "dead": False,
            "cost": None,
            "measured": None,
        }
        self.nodes.append({"name": name, "op": op, "group": group, "inputs": edges, **facts, **more})
        return name

    def graph(self, name: str, measurement: Optional[Dict[str, Any]] = None) -> Graph:
        head = {"format": "opscope", "version": 1, "name": name, "producer": {"tensorflow": "2.21.0", "opscope": "0"}}
        return from_dict(
            {**head, "nodes": self.nodes, "groups": self.groups, "variables": [], "measurement": measurement}
        )


def tagger(source: str = "tagger.py") -> Graph:
    """A model of an embedding, five equal blocks and a head, measured, its lines in `source`."""
    build = Builder()

    def place(line: int) -> Dict[str, Any]:
        return {"file": source, "line": line, "function": "call"}

    def took(us: float) -> Dict[str, Any]:
        return {"time_us": us, "busy_us": us, "calls": 1, "memory_bytes": 100 * us, "fused": None}

    build.group("model", "model", "Tagger", measured=took(2000.0), parameters=5000)
    x = build.op("x", "Placeholder")
    embed = build.group(
        "model/embed", "layer", "Dense", measured=took(300.0), parameters=4160, source=place(3), outputs=FLOAT
    )
    x = build.op("model/embed/MatMul", "MatMul", x, build.op("model/embed/kernel", "Const", group=embed), group=embed,
                 measured=took(250.0), source=place(3), cost={"flops": 5e6, "bytes": 1e4, "per": "step"})  # fmt: skip
    x = build.op("model/embed/Relu", "Relu", x, group=embed, measured=took(50.0), source=place(3))
    for index in range(5):
        name = build.group(f"model/block_{index}", "layer", "Block", measured=took(100.0 + index), source=place(5))
        y = build.op(f"{name}/MatMul", "MatMul", x, build.op(f"{name}/kernel", "Const", group=name), group=name,
                     measured=took(80.0 + index), source=place(5))  # fmt: skip
        y = build.op(f"{name}/Tanh", "Tanh", y, group=name, measured=took(15.0), source=place(6))
        y = build.op(f"{name}/Mul", "Mul", y, y, group=name, source=place(6))
        x = build.op(f"{name}/AddV2", "AddV2", x, y, group=name, measured=took(5.0), source=place(6))
    head = build.group("model/head", "layer", "Dense", measured=took(1000.0), parameters=650, source=place(8))
    inner = build.group("model/head/inner", "scope")
    x = build.op(
        "model/head/inner/Sqrt",
        "Sqrt",
        x,
        group=inner,
        outputs=[{"dtype": "float64", "shape": [8, 64]}],
        measured=took(10.0),
    )
    x = build.op("model/head/inner/Exp", "Exp", x, group=inner, outputs=[{"dtype": "float64", "shape": [8, 64]}])
    x = build.op("model/head/MatMul", "MatMul", x, group=head, measured=took(990.0), source=place(8),
                 outputs=[{"dtype": "float64", "shape": [8, 10]}])  # fmt: skip
    build.op("Identity", "Identity", x)
    coverage = {"ops": 0.914, "dispatch": 0.062, "python": 0.019, "copies": 0.0, "unattributed": 0.005}
    figures = {"steps": 10, "step_time_us": 2200.0, "profiled_step_time_us": 2500.0, "attributed": 0.996}
    return build.graph("tagger", {**figures, "coverage": coverage, "trace_level": 3, "device": "cpu"})


def hostile() -> Graph:
    """A graph whose every name is an attack on whoever puts it into markup, a script or a table."""
    build = Builder()
    before = "x"
    build.op("x", "Placeholder")
    for index, name in enumerate(HOSTILE):
        group = build.group(
            f"g{index}{name.replace('/', '|')}", "layer", name, source={"file": name, "line": 1, "function": name}
        )
        before = build.op(f"{name}{index}", name or "NoOp", before, group=group, attrs={name: name}, device=name)
    return build.graph(HOSTILE[0])


def chain(count: int) -> Graph:
    """One layer after another, each a chain of ops of its own length, so that nothing repeats."""
    build = Builder()
    before = build.op("x", "Placeholder")
    for layer in range(count):
        group = build.group(f"layer_{layer}", "layer", f"Layer{layer}")
        for step in range(2 + layer % 7):
            before = build.op(
                f"layer_{layer}/op{step}", ("Relu", "Tanh", "Exp")[(layer * step) % 3], before, group=group
            )
    return build.graph("chain")
