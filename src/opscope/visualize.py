"""The one-liners: a live model to its picture in one call."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Dict, Mapping, Optional, Tuple

from .render.options import described
from .render.registry import output_for

if TYPE_CHECKING:
    from .graph.graph import Graph

DRAWING = tuple(option.name for option in described())
"""Options that go to `Graph.save`; all others go to `trace`."""


def visualize_model(
    model: Any,
    *inputs: Any,
    filename: str = "model_graph",
    format: str = "svg",  # noqa: A002  (the word that graphviz.render and plot_model's users know)
    view: bool = True,
    **options: Any,
) -> Path:
    """Trace a model or function, draw it with Graphviz, show the picture, and return its path.

    Args:
        model: anything `trace` takes: a Keras model or layer, a ``tf.Module``, a ``tf.function``, a callable.
        *inputs: shapes such as ``(None, 10)``, ``TensorSpec`` or arrays; a Keras model that knows its inputs needs none.
        filename: where to write; the suffix of `format` is added.
        format: svg, png, pdf, html, dot, json or txt.
        view: show the picture, inline in a notebook, else in the browser; without a display its path is printed.
        **options: those of `Graph.save` (``engine="opscope"`` draws without Graphviz) and of `trace` (`training`,
            `step`, `freeze`, keyword inputs).

    Raises:
        TraceError: TensorFlow could not trace the model; its own exception is the cause.
        InputError, WriteError, RenderError, MissingDependencyError: as `trace` and `Graph.save`.
    """
    path = _path(filename, format)  # a wrong format is said before a long trace
    return _draw(_trace(model, inputs, options), path, view=view, options=options)


def visualize_model_with_profile(
    model: Any,
    *inputs: Any,
    profile_data: Optional[Mapping[str, Mapping[str, float]]] = None,
    filename: str = "model_graph",
    format: str = "svg",  # noqa: A002  (as in visualize_model)
    view: bool = True,
    **options: Any,
) -> Path:
    """As `visualize_model`, with numbers drawn on the picture: yours, or measured by running the model.

    Args:
        model: as in `visualize_model`.
        *inputs: as in `visualize_model`; `profile_data` may be the last of them.
        profile_data: ``{key: {"time": seconds}}``, keyed as in `Graph.overlay`, e.g. ``{"Dense": {"time": 0.1}}``;
            without it the model is run and measured, as `profile` does.
        filename: as in `visualize_model`.
        format: as in `visualize_model`.
        view: as in `visualize_model`.
        **options: as in `visualize_model`; where it is measured also those of `profile` (`steps`, `warmup`, `batch`).

    Raises:
        TraceError, InputError, WriteError, RenderError, MissingDependencyError: as `visualize_model`.
    """
    if profile_data is None:
        inputs, profile_data = _split(inputs)
    path = _path(filename, format)
    if profile_data is None:
        graph = _profile(model, inputs, options)
    else:
        graph = _trace(model, inputs, options).overlay(profile_data)
    return _draw(graph, path, view=view, options=options)


def _split(inputs: Tuple[Any, ...]) -> Tuple[Tuple[Any, ...], Optional[Mapping[str, Mapping[str, float]]]]:
    """Profile data given by position, told from an input by its shape: a mapping whose values all are mappings."""
    if inputs and isinstance(inputs[-1], Mapping) and all(isinstance(value, Mapping) for value in inputs[-1].values()):
        return inputs[:-1], inputs[-1]
    return (inputs[:-1] if inputs and inputs[-1] is None else inputs), None


def _path(filename: str, suffix: str) -> Path:
    output = output_for(f".{suffix.lstrip('.')}")
    return Path(filename if filename.lower().endswith(output.suffix) else filename + output.suffix)


def _trace(model: Any, inputs: Tuple[Any, ...], options: Dict[str, Any]) -> "Graph":
    from .capture import trace

    return trace(model, *inputs, **{name: value for name, value in options.items() if name not in DRAWING})


def _profile(model: Any, inputs: Tuple[Any, ...], options: Dict[str, Any]) -> "Graph":
    from .profile.measure import profile

    return profile(model, *inputs, **{name: value for name, value in options.items() if name not in DRAWING})


def _draw(graph: "Graph", path: Path, *, view: bool, options: Dict[str, Any]) -> Path:
    chosen = {name: value for name, value in options.items() if name in DRAWING}
    written = graph.save(path, **{"engine": "graphviz", **chosen})
    if view:
        from .notebook import view as show_file

        show_file(written)
    return written
