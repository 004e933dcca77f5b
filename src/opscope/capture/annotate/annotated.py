"""A program and what was recorded of its trace -> the same program with groups, source lines and handles in its bodies."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Dict, Mapping, Optional

from ...program.body import Body
from ...program.program import Program
from ...program.scopes import Scope, callers, scopes_only
from ..captured_variables import Variables, watched
from ..notes import Traced
from ..seams import function_graphs
from .body_groups import grouped
from .call_groups import Describer
from .mirror import gradient_body
from .opnames import before_freezing, forward_function
from .site import Site, site_of
from .user_lines import source_lines


def annotated(program: Program, traced: Traced, describe: Describer) -> Program:
    """The program with groups, sources and handles in every body whose graph TensorFlow still has.

    A function of which only the body is left has its name scopes as groups. The gradient of a function, which nobody
    recorded, mirrors the function's groups: so it is looked at when all others are done.
    """
    root = traced.concrete.graph
    handles = _handles(program.main, root, describe.variables)
    main = _annotated(replace(site_of(program.main, root, traced.notes), handles=handles), describe)
    graphs, around = function_graphs(root), callers(program)
    functions: Dict[str, Body] = {}
    for name, body in program.functions.items():
        graph = _graph_of(body, graphs)
        scopes: Scope = around.get(name, ())
        if graph is None:
            functions[name] = scopes_only(body, scopes)
        else:
            functions[name] = _annotated(replace(site_of(body, graph, traced.notes), around=scopes), describe)
    return Program(main, {name: _as_gradient(body, functions) for name, body in functions.items()})


def _annotated(site: Site, describe: Describer) -> Body:
    groups, of = grouped(site, describe)
    sources = source_lines(site, describe)
    return site.body.with_columns(groups=groups, node_group=of, sources=sources, handles=site.handles)


def _handles(main: Body, root: Any, variables: Variables) -> Dict[int, int]:
    """The rows of the main graph that stand for a captured variable, with the variable's number."""
    rows = main.rows()
    variables.know(watched(root))
    found: Dict[int, int] = {}
    for outside, inside in root.captures:
        number = variables.of_handle(outside)
        if number is not None and inside.op.name in rows:
            found[rows[inside.op.name]] = number
    return found


def _graph_of(body: Body, graphs: Mapping[str, Any]) -> Optional[Any]:
    """The graph that a function's body was made from; for a frozen one that of the function it was before."""
    if body.name in graphs:
        return graphs[body.name]
    names = body.rows()
    fitting = [graphs[name] for name in before_freezing(body.name, graphs)]
    shared = [sum(op.name in names for op in graph.get_operations()) for graph in fitting]
    return fitting[shared.index(max(shared))] if fitting else None


def _as_gradient(body: Body, functions: Mapping[str, Body]) -> Body:
    """The body of a gradient's function grouped like the function that it differentiates; any other as it is."""
    forward = forward_function(body.name, functions)
    if forward is None or not functions[forward].groups:
        return body
    return gradient_body(body, functions[forward])
