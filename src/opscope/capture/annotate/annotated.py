"""Adds groups, source lines and variables' handles to the bodies of a program, from what was recorded of its trace."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Dict, Mapping, Optional

from ...graph.settings import Settings
from ...program.body import Body
from ...program.program import Program
from ...program.scopes import callers, scopes_only
from ..captured_variables import Variables, watched
from ..notes import Traced
from ..seams import function_graphs
from .body_groups import grouped
from .call_groups import Describer
from .following import Following
from .mirror import gradient_body
from .opnames import before_freezing, forward_function
from .phases import Phases, no_phases, phases_of
from .roles import Role, roles_of
from .site import Site, site_of
from .step_settings import StepSettings
from .user_lines import source_lines


def annotated(program: Program, traced: Traced, describe: Describer) -> Program:
    """The program with groups, sources and handles in every body whose graph TensorFlow still has.

    Of any other function only the body is left, and its groups are just its name scopes. If a function is the gradient of
    another one, its groups are those of the other one. That is why gradients are done last.
    """
    root = traced.concrete.graph
    handles = _handles(program.main, traced, describe.variables)
    sites = {"": replace(site_of(program.main, root, traced.notes), handles=handles)}
    graphs, around = function_graphs(root), callers(program)
    for name, body in program.functions.items():
        graph = _graph_of(body, graphs)
        if graph is not None:
            sites[name] = replace(site_of(body, graph, traced.notes), around=around.get(name, ()))
    phases = _phases(program, sites)
    told = StepSettings(list(sites.values()), [phases[name] for name in sites], traced.notes, describe)
    done = {name: _annotated(site, describe, phases[name], told.of(site, phases[name])) for name, site in sites.items()}
    functions = {
        name: done[name] if name in done else scopes_only(body, around.get(name, ()))
        for name, body in program.functions.items()
    }
    return Program(done[""], {name: _as_gradient(body, functions) for name, body in functions.items()})


def _phases(program: Program, sites: Mapping[str, Site]) -> Dict[str, Phases]:
    """The phases of each body. They depend on the bodies that it calls and on those that call it, so all are followed first."""
    if not any(site.gradients.records for site in sites.values()):
        return {name: no_phases(site) for name, site in sites.items()}
    following = Following(sites, {"": program.main, **program.functions})
    roles = roles_of(following)
    return {name: phases_of(site, following.known(name), roles.get(name, Role())) for name, site in sites.items()}


def _annotated(site: Site, describe: Describer, phases: Phases, told: Mapping[int, Settings]) -> Body:
    """One body with all that is known of it."""
    groups, of = grouped(site, describe, phases, told)
    sources = source_lines(site, describe)
    return site.body.with_columns(groups=groups, node_group=of, sources=sources, handles=site.handles)


def _handles(main: Body, traced: Traced, variables: Variables) -> Dict[int, int]:
    """The rows of the main graph that stand for a variable, captured or an argument, with the variable's number."""
    # A capture is a pair: the variable's handle outside of the graph, and the placeholder that stands for it inside.
    rows, root = main.rows(), traced.concrete.graph
    variables.know(watched(root))
    found: Dict[int, int] = {}
    for outside, inside in root.captures:
        number = variables.of_handle(outside)
        if number is not None and inside.op.name in rows:
            found[rows[inside.op.name]] = number
    for variable, placeholder in traced.arguments:
        if placeholder.op.name in rows:
            found[rows[placeholder.op.name]] = variables.number(variable)
    return found


def _graph_of(body: Body, graphs: Mapping[str, Any]) -> Optional[Any]:
    """The graph that a function's body was made from; ``None`` if TensorFlow does not have it.

    Freezing gives a function a new name and keeps most of its ops. Of several functions that it may have been before, we
    take the one with the most ops in common.
    """
    if body.name in graphs:
        return graphs[body.name]
    # Compared by the names of the ops, which freezing keeps.
    names = body.rows()
    fitting = [graphs[name] for name in before_freezing(body.name, graphs)]
    shared = [sum(op.name in names for op in graph.get_operations()) for graph in fitting]
    return fitting[shared.index(max(shared))] if fitting else None


def _as_gradient(body: Body, functions: Mapping[str, Body]) -> Body:
    """The body, with the groups of the function that it differentiates if it is the gradient of one."""
    forward = forward_function(body.name, functions)
    if forward is None or not functions[forward].groups:
        return body
    return gradient_body(body, functions[forward])
