"""The one-liners: a live model to its picture in one call."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Dict, Literal, Mapping, Optional, Sequence, Tuple, Union

from .errors import InputError, option
from .render.options import Options
from .render.registry import output_for
from .render.save import save
from .suggestions import suggesting

if TYPE_CHECKING:
    import os

    from .graph.graph import Graph


@suggesting
def visualize_model(
    model: Any,
    *inputs: Any,
    filename: str = "model_graph",
    format: str = "svg",  # noqa: A002  (the word that graphviz.render and plot_model's users know)
    view: bool = True,
    depth: Union[int, Literal["layers", "all"], None] = None,
    unfold: bool = False,
    engine: Literal["opscope", "graphviz"] = "graphviz",
    theme: Literal["auto", "light", "dark"] = "auto",
    links: Optional[str] = None,
    heat: Optional[Literal["time", "busy", "memory", "calls", "flops", "macs", "bytes"]] = None,
    focus: Optional[str] = None,
    between: Optional[Tuple[Optional[str], Optional[str]]] = None,
    hide: Union[str, Sequence[str]] = (),
    only: Union[str, Sequence[str]] = (),
    positions: bool = False,
    columns: int = 1,
    timeout: float = 60.0,
    sources: Union[bool, str, os.PathLike[str]] = True,
    scale: float = 2.0,
    training: bool = False,
    step: Optional[Literal["train", "test", "predict"]] = None,
    freeze: bool = False,
    name: Optional[str] = None,
    source_lines: bool = True,
    **keywords: Any,
) -> Path:
    """Trace a model or function, draw it with Graphviz, show the picture, and return its path.

    Args:
        model: anything `trace` takes: a Keras model or layer, a ``tf.Module``, a ``tf.function``, a callable.
        *inputs: shapes such as ``(None, 10)``, ``TensorSpec`` or arrays; a Keras model that knows its inputs needs none.
        filename: where to write; the suffix of `format` is added.
        format: svg, png, pdf, html, dot, json or txt.
        view: show the picture, inline in a notebook, else in the browser; without a display its path is printed.
        depth: how far groups open: a number of levels, ``"layers"``, ``"all"``. This and what follows, down to `scale`, is
            as in `Graph.save`, which says more.
        unfold: draw every copy of a repeated structure.
        engine: ``"opscope"`` draws without Graphviz.
        theme: ``"light"``, ``"dark"`` or ``"auto"``.
        links: a template that makes source places links.
        heat: the quantity drawn.
        focus: draw this group with its neighbours.
        between: draw what lies between two ops.
        hide: leave out ops that match such patterns.
        only: leave out all other ops.
        positions: write the layout into .dot.
        columns: cut a tall drawing into pieces side by side.
        timeout: seconds that Graphviz may take.
        sources: the code in a page: whether, or the folder below which it may be read.
        scale: pixels of a PNG for a unit of the drawing.
        training: call the model with ``training=True``.
        step: trace a compiled Keras model's own ``"train"``, ``"test"`` or ``"predict"`` step.
        freeze: turn variables into constants.
        name: replaces the graph's name.
        source_lines: false saves the time that looking up each op's line takes.
        **keywords: inputs of the model by name, and nothing else.

    Raises:
        TraceError: TensorFlow could not trace the model; its own exception is the cause.
        InputError, WriteError, RenderError, MissingDependencyError: as `trace` and `Graph.save`.
    """
    from .capture import trace

    path = _path(filename, format)  # a wrong format or option is said before a long trace
    options = Options(
        depth=depth, unfold=unfold, engine=engine, theme=theme, links=links, heat=heat, focus=focus,
        between=between, hide=hide, only=only, positions=positions, columns=columns, timeout=timeout,
        sources=sources, scale=scale,
    )  # fmt: skip
    graph = trace(
        model, *inputs, training=training, step=step, freeze=freeze, name=name, source_lines=source_lines, **keywords
    )
    return _draw(graph, path, options, view=view)


@suggesting
def visualize_model_with_profile(
    model: Any,
    *inputs: Any,
    profile_data: Optional[Mapping[str, Mapping[str, float]]] = None,
    filename: str = "model_graph",
    format: str = "svg",  # noqa: A002  (as in visualize_model)
    view: bool = True,
    depth: Union[int, Literal["layers", "all"], None] = None,
    unfold: bool = False,
    engine: Literal["opscope", "graphviz"] = "graphviz",
    theme: Literal["auto", "light", "dark"] = "auto",
    links: Optional[str] = None,
    heat: Optional[Literal["time", "busy", "memory", "calls", "flops", "macs", "bytes"]] = None,
    focus: Optional[str] = None,
    between: Optional[Tuple[Optional[str], Optional[str]]] = None,
    hide: Union[str, Sequence[str]] = (),
    only: Union[str, Sequence[str]] = (),
    positions: bool = False,
    columns: int = 1,
    timeout: float = 60.0,
    sources: Union[bool, str, os.PathLike[str]] = True,
    scale: float = 2.0,
    training: bool = False,
    step: Optional[Literal["train", "test", "predict"]] = None,
    freeze: bool = False,
    name: Optional[str] = None,
    source_lines: bool = True,
    signature: Optional[str] = None,
    steps: int = 10,
    warmup: int = 2,
    batch: int = 1,
    **keywords: Any,
) -> Path:
    """As `visualize_model`, with numbers drawn on the picture: yours, or measured by running the model.

    Args:
        model: as in `visualize_model`; where it is measured also the path of a SavedModel.
        *inputs: as in `visualize_model`; `profile_data` may be the last of them.
        profile_data: ``{key: {"time": seconds}}``, keyed as in `Graph.overlay`, e.g. ``{"Dense": {"time": 0.1}}``;
            without it the model is run and measured, as `profile` does.
        filename: where to write; the suffix of `format` is added.
        format: as in `visualize_model`.
        view: show the picture, inline in a notebook, else in the browser; without a display its path is printed.
        depth: how far groups open: a number of levels, ``"layers"``, ``"all"``. This and what follows, down to `scale`, is
            as in `Graph.save`, which says more.
        unfold: draw every copy of a repeated structure.
        engine: ``"opscope"`` draws without Graphviz.
        theme: ``"light"``, ``"dark"`` or ``"auto"``.
        links: a template that makes source places links.
        heat: the quantity drawn.
        focus: draw this group with its neighbours.
        between: draw what lies between two ops.
        hide: leave out ops that match such patterns.
        only: leave out all other ops.
        positions: write the layout into .dot.
        columns: cut a tall drawing into pieces side by side.
        timeout: seconds that Graphviz may take.
        sources: the code in a page: whether, or the folder below which it may be read.
        scale: pixels of a PNG for a unit of the drawing.
        training: call the model with ``training=True``.
        step: trace a compiled Keras model's own ``"train"``, ``"test"`` or ``"predict"`` step.
        freeze: turn variables into constants; with `profile_data` only.
        name: replaces the graph's name.
        source_lines: false saves the time that looking up each op's line takes.
        signature: which signature of a SavedModel is run. This and the rest is for measuring only, as in `profile`.
        steps: how many steps are measured.
        warmup: how many steps run before.
        batch: what an open leading dimension stands for.
        **keywords: inputs of the model by name, and nothing else.

    Raises:
        TraceError, InputError, WriteError, RenderError, MissingDependencyError: as `visualize_model`.
    """
    if profile_data is None:
        inputs, profile_data = _split(inputs)
    path = _path(filename, format)
    options = Options(
        depth=depth, unfold=unfold, engine=engine, theme=theme, links=links, heat=heat, focus=focus,
        between=between, hide=hide, only=only, positions=positions, columns=columns, timeout=timeout,
        sources=sources, scale=scale,
    )  # fmt: skip
    live: Dict[str, Any] = {"training": training, "step": step, "name": name, "source_lines": source_lines, **keywords}
    if profile_data is None:
        from .profile.measure import profile

        if freeze:
            raise InputError(
                f"{option('freeze', True)} is for a graph that is not run; leave it out, or give profile_data"
            )
        graph = profile(model, *inputs, signature=signature, steps=steps, warmup=warmup, batch=batch, **live)
    else:
        from .capture import trace

        if signature is not None or (steps, warmup, batch) != (10, 2, 1):
            raise InputError("signature, steps, warmup and batch are for measuring; with profile_data leave them out")
        graph = trace(model, *inputs, freeze=freeze, **live).overlay(profile_data)
    return _draw(graph, path, options, view=view)


def _split(inputs: Tuple[Any, ...]) -> Tuple[Tuple[Any, ...], Optional[Mapping[str, Mapping[str, float]]]]:
    """Profile data given by position, told from an input by its shape: a mapping whose values all are mappings."""
    if inputs and isinstance(inputs[-1], Mapping) and all(isinstance(value, Mapping) for value in inputs[-1].values()):
        return inputs[:-1], inputs[-1]
    return (inputs[:-1] if inputs and inputs[-1] is None else inputs), None


def _path(filename: str, suffix: str) -> Path:
    output = output_for(f".{suffix.lstrip('.')}")
    return Path(filename if filename.lower().endswith(output.suffix) else filename + output.suffix)


def _draw(graph: "Graph", path: Path, options: Options, *, view: bool) -> Path:
    written = save(graph, path, options)
    if view:
        from .notebook import view as show_file

        show_file(written)
    return written
