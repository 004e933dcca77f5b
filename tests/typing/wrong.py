"""Mistakes, one a line: what mypy and pyright report of each stands beside it."""

from __future__ import annotations

from typing import Any

import opscope
from opscope import Graph


def misspelled(graph: Graph) -> None:
    graph.save("net.svg", dpeth=2)  # mypy: call-arg, pyright: reportCallIssue
    graph.show(them="dark")  # mypy: call-arg, pyright: reportCallIssue
    opscope.load("model.pb", singature="f")  # mypy: call-arg, pyright: reportCallIssue
    opscope.check("model.pb", singature="f").at_last("note")  # mypy: attr-defined, pyright: reportAttributeAccessIssue
    graph.sumary()  # mypy: attr-defined, pyright: reportAttributeAccessIssue


def by_position(graph: Graph) -> None:
    graph.save("net.svg", "all")  # mypy: call-arg, pyright: reportCallIssue
    graph.show(2)  # mypy: call-arg, pyright: reportCallIssue


def wrong_choices(graph: Graph, model: Any) -> None:
    graph.save("net.svg", heat="tim")  # mypy: arg-type, pyright: reportArgumentType
    graph.save("net.svg", depth="layer")  # mypy: arg-type, pyright: reportArgumentType
    graph.save("net.svg", engine="dot")  # mypy: arg-type, pyright: reportArgumentType
    graph.show(theme="black")  # mypy: arg-type, pyright: reportArgumentType
    opscope.trace(model, step="fit")  # mypy: arg-type, pyright: reportArgumentType
    opscope.check(model, step="fit")  # mypy: arg-type, pyright: reportArgumentType
    opscope.profile(model, step="fit")  # mypy: arg-type, pyright: reportArgumentType
    opscope.visualize_model(model, (None, 10), depth="layer")  # mypy: arg-type, pyright: reportArgumentType
    opscope.visualize_model_with_profile(model, heat="speed")  # mypy: arg-type, pyright: reportArgumentType


def wrong_types(graph: Graph, model: Any) -> None:
    graph.save(3)  # mypy: arg-type, pyright: reportArgumentType
    graph.save("net.svg", columns="two")  # mypy: arg-type, pyright: reportArgumentType
    graph.save("net.svg", between=("a", "b", "c"))  # mypy: arg-type, pyright: reportArgumentType
    graph.overlay({"Dense": 0.1})  # mypy: dict-item, pyright: reportArgumentType
    opscope.load(model, tags=3)  # mypy: arg-type, pyright: reportArgumentType
    opscope.profile(model, steps="10")  # mypy: arg-type, pyright: reportArgumentType
    opscope.visualize_model(model, filename=3)  # mypy: arg-type, pyright: reportArgumentType


def wrong_results(graph: Graph) -> int:
    path: str = graph.save("net.svg")  # mypy: assignment, pyright: reportAssignmentType
    graph.name = path  # mypy: misc, pyright: reportAttributeAccessIssue
    return graph.summary()  # mypy: return-value, pyright: reportReturnType
