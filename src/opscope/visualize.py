"""The one-liners: from a live model to its picture in one call."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Dict, Literal, Mapping, NamedTuple, Optional, Sequence, Tuple, Union

from .errors import InputError, option
from .render import heeded
from .render.options import Options
from .render.registry import output_for, suffix_of
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
    depth: Union[int, Literal["overview", "layers", "all"], None] = None,
    unfold: bool = False,
    engine: Literal["opscope", "graphviz"] = "opscope",
    theme: Literal["auto", "light", "dark"] = "auto",
    links: Optional[str] = None,
    heat: Optional[Literal["time", "busy", "memory", "calls", "flops", "macs", "bytes"]] = None,
    focus: Optional[str] = None,
    between: Optional[Tuple[Optional[str], Optional[str]]] = None,
    hide: Union[str, Sequence[str]] = (),
    only: Union[str, Sequence[str]] = (),
    positions: bool = False,
    columns: int = 1,
    direction: Literal["down", "right"] = "down",
    check: bool = False,
    libraries: Union[str, Sequence[str]] = (),
    chart: Optional[Literal["roofline"]] = None,
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
    """Trace a model or function, draw it, show the picture, and return its path.

    A model with more than some 40 boxes is drawn as an overview on one page. The options `depth` to `scale` are those of `save`.

    Args:
        model: anything `trace` takes: a Keras model or layer, a ``tf.Module``, a ``tf.function``, a callable.
        *inputs: for each input a shape such as ``(None, 10)``, a ``TensorSpec`` or an array. A Keras model that knows
            its inputs needs none.
        filename: where to write. The suffix of `format` is added if it is missing.
        format: ``svg``, ``png``, ``pdf``, ``html``, ``dot``, ``json`` or ``txt``.
        view: show the picture: in a notebook inline, else in the browser. Outside of a notebook its path is printed
            too.
        training: call the model with ``training=True``.
        step: trace a compiled Keras model's own ``"train"``, ``"test"`` or ``"predict"`` step.
        freeze: turn variables into constants, as for inference.
        name: the graph's name, in place of the model's.
        source_lines: whether to find the line of the user's code for each op. Without it tracing is faster.
        **keywords: inputs of the model by name.

    Raises:
        TraceError: TensorFlow could not trace the model; its own exception is the cause.
        InputError, WriteError, RenderError, MissingDependencyError: as `trace` and `Graph.save`.
    """
    from .capture import trace

    path = _path(filename, format)  # before the trace, so that a wrong format or option is reported at once
    options = _options(locals(), path)
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
    depth: Union[int, Literal["overview", "layers", "all"], None] = None,
    unfold: bool = False,
    engine: Literal["opscope", "graphviz"] = "opscope",
    theme: Literal["auto", "light", "dark"] = "auto",
    links: Optional[str] = None,
    heat: Optional[Literal["time", "busy", "memory", "calls", "flops", "macs", "bytes"]] = None,
    focus: Optional[str] = None,
    between: Optional[Tuple[Optional[str], Optional[str]]] = None,
    hide: Union[str, Sequence[str]] = (),
    only: Union[str, Sequence[str]] = (),
    positions: bool = False,
    columns: int = 1,
    direction: Literal["down", "right"] = "down",
    check: bool = False,
    libraries: Union[str, Sequence[str]] = (),
    chart: Optional[Literal["roofline"]] = None,
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
    trace_level: Literal[2, 3] = 3,
    runs: int = 1,
    roofline: bool = False,
    **keywords: Any,
) -> Path:
    """Like `visualize_model`, with numbers drawn on the picture: your own, or measured by running the model.

    The options `depth` to `scale` are those of `save`.

    Args:
        model: as in `visualize_model`. If it is measured, it may also be the path of a SavedModel.
        *inputs: as in `visualize_model`. `profile_data` may be given as the last of them.
        profile_data: your own numbers as `Graph.overlay` takes them, such as ``{"Dense": {"time": 0.1}}``, times in
            seconds. Without it the model is run and measured, as `profile` does.
        filename: where to write. The suffix of `format` is added if it is missing.
        format: as in `visualize_model`.
        view: show the picture: in a notebook inline, else in the browser. Outside of a notebook its path is printed
            too.
        training: call the model with ``training=True``.
        step: trace a compiled Keras model's own ``"train"``, ``"test"`` or ``"predict"`` step.
        freeze: turn variables into constants; only with `profile_data`.
        name: the graph's name, in place of the model's.
        source_lines: whether to find the line of the user's code for each op. Without it tracing is faster.
        signature: which signature of a SavedModel is run. This option and the next six are only for measuring, as in
            `profile`.
        steps: how many steps are measured.
        warmup: how many steps run before those.
        batch: the batch size, used for a leading dimension that is ``None``.
        trace_level: 3 measures every op, 2 leaves out cheap ones.
        runs: in how many fresh processes it is measured; by default in this one.
        roofline: measure afterwards what the machine can do at most.
        **keywords: inputs of the model by name.

    Raises:
        TraceError, InputError, WriteError, RenderError, MissingDependencyError: as `visualize_model`.
    """
    if profile_data is None:
        inputs, profile_data = _split(inputs)
    path = _path(filename, format)
    options = _options(locals(), path)
    live: Dict[str, Any] = {"training": training, "step": step, "name": name, "source_lines": source_lines, **keywords}
    run = _Run(signature, steps, warmup, batch, trace_level, runs, roofline)
    if profile_data is None:
        graph = _measured(model, inputs, run, live, freeze=freeze)
    else:
        graph = _with_numbers(model, inputs, profile_data, run, live, freeze=freeze)
    return _draw(graph, path, options, view=view)


class _Run(NamedTuple):
    """The options of a run that is measured, as `profile` takes them."""

    signature: Optional[str] = None
    steps: int = 10
    warmup: int = 2
    batch: int = 1
    trace_level: Literal[2, 3] = 3
    runs: int = 1
    roofline: bool = False


def _measured(model: Any, inputs: Tuple[Any, ...], run: _Run, live: Mapping[str, Any], *, freeze: bool) -> "Graph":
    """The graph of a model that is run and measured. `live` has the options of tracing, and inputs by name."""
    from .profile.measure import profile

    if freeze:
        raise InputError(f"{option('freeze', True)} is for a graph that is not run; leave it out, or give profile_data")
    return profile(model, *inputs, **run._asdict(), **live)


def _with_numbers(
    model: Any,
    inputs: Tuple[Any, ...],
    numbers: Mapping[str, Mapping[str, float]],
    run: _Run,
    live: Mapping[str, Any],
    *,
    freeze: bool,
) -> "Graph":
    """The graph of a model that is not run, with the user's own numbers. `live` is as for `_measured`."""
    from .capture import trace

    if run != _Run():
        raise InputError(
            "signature, steps, warmup, batch, trace_level, runs and roofline are for measuring; with profile_data leave them out"
        )
    return trace(model, *inputs, freeze=freeze, **live).overlay(numbers)


def _split(inputs: Tuple[Any, ...]) -> Tuple[Tuple[Any, ...], Optional[Mapping[str, Mapping[str, float]]]]:
    """Split profile data that was given by position from the inputs.

    The last input is profile data if it is a mapping and all its values are mappings too. A last ``None`` is taken as
    "no profile data".
    """
    if inputs and isinstance(inputs[-1], Mapping) and all(isinstance(value, Mapping) for value in inputs[-1].values()):
        return inputs[:-1], inputs[-1]
    return (inputs[:-1] if inputs and inputs[-1] is None else inputs), None


def _path(filename: str, suffix: str) -> Path:
    """The path to write to, with the suffix of the format; `InputError` if there is no such format."""
    output = output_for(f".{suffix.lstrip('.')}")
    return Path(filename if filename.lower().endswith(output.suffix) else filename + output.suffix)


def _options(parameters: Mapping[str, Any], path: Path) -> Options:
    """The options among the parameters; `InputError` for one that a file of this suffix does not honour."""
    options = Options.chosen(parameters)
    heeded.require_heeded(options, [suffix_of(path)])
    return options


def _draw(graph: "Graph", path: Path, options: Options, *, view: bool) -> Path:
    """Write the picture, and show it if `view` is true."""
    written = save(graph, path, options)
    if view:
        from .notebook import view as show_file

        show_file(written)
    return written
