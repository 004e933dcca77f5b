"""What a user writes, and mypy and pyright accept in their strict modes."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Optional

import opscope
from opscope import Graph, InputError, OpscopeError


def from_files(folder: Path) -> Graph:
    graph = opscope.load(folder / "saved_model", signature="serving_default", tags=["serve", "gpu"])
    return opscope.load("model.pb", all=True) if len(graph) == 0 else graph


def from_models(model: Any, images: Any, labels: Any) -> list[Graph]:
    return [
        opscope.trace(model, (None, 10), training=True, name="net", source_lines=False),
        opscope.trace(model, x=(None, 10), mask=(None,)),
        opscope.trace(model, images, labels, step="train", freeze=True),
        opscope.profile(model, images, steps=20, warmup=1, batch=8, step=None),
        opscope.profile("saved_model/", signature="serving_default"),
    ]


def drawings(graph: Graph, folder: Path) -> list[Path]:
    """Every option of a drawing, and every kind of value that it takes."""
    return [
        graph.save("net.svg"),
        graph.save(folder / "net.svg", depth=2, unfold=True, engine="graphviz", timeout=5),
        graph.save(folder / "net.svg", depth="layers", theme="dark", links="https://host/{file}#L{line}", columns=2),
        graph.save(folder / "net.png", depth="all", heat="flops", scale=1.5),
        graph.save(folder / "net.dot", depth=None, heat=None, focus="encoder/block_1", positions=True),
        graph.save(folder / "net.pdf", between=("x", None), hide="BiasAdd", only=["encoder/*", "decoder/*"]),
        graph.save(folder / "net.html", sources=folder, engine="opscope"),
        graph.save(folder / "net.html", sources=False),
    ]


def one_liners(model: Any) -> tuple[Path, Path]:
    first = opscope.visualize_model(model, (None, 10), filename="net", format="png", view=False, depth="all", mask=(8,))
    times = {"Dense": {"time": 0.1}}
    second = opscope.visualize_model_with_profile(model, (8, 10), profile_data=times, heat="time", training=True)
    opscope.visualize_model_with_profile(model, (8, 10), steps=5, batch=2, theme="light")
    return first, second


def findings(model: Any, images: Any, folder: Path) -> list[str]:
    found = opscope.check(model, images, select="numerics,results", ignore=["bias-*"], training=True)
    opscope.check("saved_model/", signature="serving_default", tags="serve")
    opscope.check(model, images, step="train").save(folder / "found.sarif")
    return [f"{each.source}: {each.message}" for each in found.at_least("warning")]


def figures(graph: Graph) -> tuple[str, int, Optional[dict[str, Any]], list[str]]:
    graph.overlay({"Dense": {"time": 0.1}}).show(depth=1)
    text = "\n".join([graph.summary(), graph.producer["opscope"], graph.to_json(), opscope.__version__])
    return text, graph.parameters, graph.measurement, [each.object_path for each in graph.variables]


def errors(graph: Graph) -> str:
    try:
        graph.save("net.gif")
    except InputError as error:
        return str(error)
    except OpscopeError:
        raise
    return ""
