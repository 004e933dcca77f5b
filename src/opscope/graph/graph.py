"""`Graph`: the one contract between recovering a model and showing it."""

from __future__ import annotations

import warnings
from array import array
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Literal, Mapping, Optional, Sequence, Tuple, Union

from ..suggestions import suggesting
from .facts import Facts
from .groups import Group
from .model_variables import elements_of, told_apart
from .table import NodeTable
from .traced import TracedFiles
from .types import Cost, GraphCost, Measured, Port, Source, Variable

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from .matches import Patterns
    from .scripting import Layer, Layers, Op, Ops
    from .scripting.filters import Place
from .view import View


@dataclass(frozen=True)
class Content:
    """All that a `Graph` holds of its ops; passes make a new one and share the columns they leave alone.

    `node_group` gives each op its innermost group (-1: loose). `sources`, `costs`, `measured` are sparse, by node.
    `handles` names the variable that a resource handle op (Placeholder, VarHandleOp, `_Arg`) stands for.
    """

    table: NodeTable
    groups: Tuple[Group, ...]
    node_group: "array[int]"
    variables: Tuple[Variable, ...] = ()
    handles: Mapping[int, int] = field(default_factory=dict)
    inputs: Tuple[Port, ...] = ()
    outputs: Tuple[Port, ...] = ()
    sources: Mapping[int, Source] = field(default_factory=dict)
    dead: bytes = b""
    costs: Mapping[int, Cost] = field(default_factory=dict)
    measured: Mapping[int, Measured] = field(default_factory=dict)
    closed_calls: Mapping[str, int] = field(default_factory=dict)
    """Function name -> how many of its calls stay closed (recursive, or beyond the expansion limit)."""
    view: View = field(default_factory=View)
    """How drawings treat each op and group; no part of the graph itself."""


class Graph:
    """A model's complete graph: ops, groups, variables. Immutable; made by `opscope.trace` and `opscope.load`.

    No attribute can be assigned: what changes a graph returns a new one, which shares all that stays. The content may be
    given as a function: bodies then stay shared in memory until someone looks at the ops.
    """

    __slots__ = ("__weakref__", "_content", "_cost", "_facts", "_measurement", "_name", "_producer", "_traced")

    def __init__(
        self,
        name: str,
        content: Union[Content, Callable[[], Content]],
        *,
        producer: Optional[Mapping[str, str]] = None,
        measurement: Optional[Mapping[str, Any]] = None,
        facts: Optional[Facts] = None,
        cost: Optional[GraphCost] = None,
        traced: Optional[TracedFiles] = None,
    ) -> None:
        self._name = name
        self._content = content
        self._producer: Dict[str, str] = dict(producer or {})
        self._measurement = dict(measurement) if measurement is not None else None
        self._facts: Facts = {**facts} if facts else {}
        self._cost = cost
        self._traced = traced

    @property
    def name(self) -> str:
        """What the graph is called: the model, the function, the file."""
        return self._name

    @property
    def producer(self) -> Dict[str, str]:
        """The versions of the programs that made the graph."""
        return self._producer

    @property
    def measurement(self) -> Optional[Dict[str, Any]]:
        """The figures of a whole run; ``None`` of a graph that was not measured."""
        return self._measurement

    @property
    def facts(self) -> Facts:
        """What is known beyond the graph itself: of its file, the recording. For `summary`."""
        return self._facts

    @property
    def cost(self) -> Optional[GraphCost]:
        """What the whole graph costs by its shapes: FLOPs, MACs, bytes; ``None`` of a graph that was not estimated."""
        return self._cost

    @property
    def traced(self) -> Optional[TracedFiles]:
        """The files of code that this process ran while it traced the graph; ``None`` for a graph that was read."""
        return self._traced

    @property
    def content(self) -> Content:
        """The ops and groups, expanded at the first look."""
        if not isinstance(self._content, Content):
            self._content = self._content()
        return self._content

    @property
    def table(self) -> NodeTable:
        """The node table."""
        return self.content.table

    @property
    def groups(self) -> Tuple[Group, ...]:
        """All groups, parents before children."""
        return self.content.groups

    @property
    def variables(self) -> Tuple[Variable, ...]:
        """All variables that the graph uses, each once."""
        return self.content.variables

    @property
    def parameters(self) -> int:
        """The model's parameters: the elements of its variables, each counted once, as Keras' `count_params` does.

        Moving averages of a batch norm are among them. What an optimizer, a metric or a random generator keeps is not;
        `summary` counts it apart. Variables of unknown shape are in no sum.
        """
        return elements_of(told_apart(self.content).parameters)

    @suggesting
    def ops(
        self,
        *,
        type: Optional[Patterns] = None,  # noqa: A002  (what an op's kind is called, here and as `Op.type`)
        dtype: Optional[Patterns] = None,
        layer: Union[str, Layer, None] = None,
        layer_class: Optional[Patterns] = None,
        group: Optional[str] = None,
        phase: Optional[str] = None,
        dead: Optional[bool] = None,
        source: Optional[Place] = None,
        name: Optional[Patterns] = None,
    ) -> Ops:
        """The ops for which all that is given holds, as a read-only sequence in the order of the graph.

        Patterns are a shell's (``*``, ``?``, ``[ab]``), stand for the whole text and tell capitals from small letters; a list of
        them means any of these.

        >>> graph.ops(type="MatMul", dtype="float32")
        2 ops
        name                   type    dtype    shape       source
        small/hidden/MatMul    MatMul  float32  (None, 64)  model.py:12
        small/classes/MatMul   MatMul  float32  (None, 10)  model.py:13
        >>> [op.name for op in graph.ops(layer="hidden")[-2:]]
        ['small/hidden/BiasAdd', 'small/hidden/Relu']

        Args:
            type: pattern of the op type.
            dtype: pattern of the first output's dtype, such as ``"float64"``.
            layer: a layer: its path, which is one call; its object path or name, every call; or a `Layer`. Everything
                inside it counts; its gradients are not inside, but in a group of their own (``"backward/model/dense"``).
            layer_class: pattern of the class of a layer around the op, the innermost or a further one.
            group: the path, or its end, of a group of any kind: also a name scope, function, loop, branch or phase.
            phase: ``"forward"``, ``"loss"``, ``"backward"`` or ``"optimizer"``.
            dead: true: only ops that reach no output and no side effect; false: only the others.
            source: the user's file, by its path or the end of it, alone or as ``"model.py:12"``; or another op's `Op.source`.
            name: pattern of the op's name.

        Raises:
            NotFoundError: there is no such layer or group.
            InputError: a phase is none of the four, or a value is of the wrong type.
        """
        from .scripting import Layer, Nesting, OpFilter, Ops

        word = layer.path if isinstance(layer, Layer) else layer
        chosen = OpFilter(type, dtype, word, layer_class, group, phase, dead, source, name)
        return Ops(Nesting(self), chosen.rows(self))

    def op(self, name: str) -> Op:
        """The op of this name.

        >>> graph.op("small/hidden/MatMul").shape
        (None, 64)

        Raises:
            NotFoundError: there is none; it is a `KeyError` too.
        """
        from .matches import find_op
        from .scripting import Nesting, Op

        return Op(Nesting(self), find_op(self, name))

    @suggesting
    def layers(
        self,
        *,
        name: Optional[Patterns] = None,
        class_name: Optional[Patterns] = None,
        phase: Optional[str] = None,
        source: Optional[Place] = None,
    ) -> Layers:
        """The calls of layers, modules and models for which all that is given holds, as a read-only sequence.

        Groups of other kinds (name scopes, functions, loops, phases) are no layers: `Op.group` names them, and `ops` takes
        them as ``group``.

        >>> [(layer.path, layer.parameters) for layer in graph.layers(class_name="Dense")]
        [('small/hidden', 704), ('small/classes', 650)]

        Args:
            name: pattern of the layer's name or of its path; see `ops`.
            class_name: pattern of the name of its class.
            phase: ``"forward"``, ``"loss"``, ``"backward"`` or ``"optimizer"``.
            source: where the layer is called: a file, ``"model.py:12"``, or another `Layer.source`.

        Raises:
            InputError: a phase is none of the four, or a value is of the wrong type.
        """
        from .scripting import LayerFilter, Layers, Nesting

        return Layers(Nesting(self), LayerFilter(name, class_name, phase, source).rows(self))

    def layer(self, path: str) -> Layer:
        """The layer with this path, object path, or end of a path; of a layer that is called more than once the first call.

        >>> graph.layer("hidden").ops[0].type
        'ReadVariableOp'

        Raises:
            NotFoundError: there is none; it is a `KeyError` too.
            InputError: several layers' paths end so.
        """
        from .matches import find_group
        from .scripting import Layer, Nesting

        return Layer(Nesting(self), find_group(self, path, layers=True))

    def __len__(self) -> int:
        return len(self.table)

    def __repr__(self) -> str:
        if not isinstance(self._content, Content):
            return f"<opscope.Graph {self.name!r}, not expanded yet>"
        return f"<opscope.Graph {self.name!r}: {len(self)} ops in {len(self.groups)} groups>"

    def with_content(self, **columns: Any) -> "Graph":
        """A graph with some columns of its content replaced and everything else shared."""
        return self._with(content=replace(self.content, **columns))

    def with_measurement(self, measurement: Mapping[str, Any], **columns: Any) -> "Graph":
        """A graph with `measurement` and the columns that carry it."""
        return self._with(content=replace(self.content, **columns), measurement=measurement)

    def with_cost(self, cost: GraphCost, **columns: Any) -> "Graph":
        """A graph with the totals `cost` and the columns that carry the costs."""
        return self._with(content=replace(self.content, **columns), cost=cost)

    def with_facts(self, facts: Facts) -> "Graph":
        """A graph with these facts added to those it has, or in their place."""
        return self._with(facts={**self._facts, **facts})

    def _with(self, **changed: Any) -> "Graph":
        """A graph with some of what the constructor takes replaced."""
        kept = {
            "name": self._name, "content": self._content, "producer": self._producer, "measurement": self._measurement,
            "facts": self._facts, "cost": self._cost, "traced": self._traced,
        }  # fmt: skip
        return Graph(**{**kept, **changed})

    def group_path(self, node: int) -> Optional[str]:
        """The path of the op's innermost group; ``None`` for a loose op."""
        group = self.content.node_group[node]
        return self.groups[group].path if group >= 0 else None

    def children(self) -> List[List[int]]:
        """For each group the indices of its direct subgroups; the last entry holds the top-level groups."""
        lists: List[List[int]] = [[] for _ in range(len(self.groups) + 1)]
        for index, group in enumerate(self.groups):
            lists[group.parent].append(index)
        return lists

    def members(self) -> List[List[int]]:
        """For each group the ops directly in it; the last entry holds the loose ops."""
        lists: List[List[int]] = [[] for _ in range(len(self.groups) + 1)]
        for node, group in enumerate(self.content.node_group):
            lists[group].append(node)
        return lists

    @suggesting
    def save(
        self,
        path: Union[str, os.PathLike[str]],
        *,
        depth: Union[int, Literal["layers", "all"], None] = None,
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
        timeout: float = 60.0,
        sources: Union[bool, str, os.PathLike[str]] = True,
        scale: float = 2.0,
    ) -> Path:
        """Write the graph to `path` in the format of its suffix; return the path.

        Formats: .dot .svg .png .pdf .html .json .txt, and of a measured graph .speedscope .trace. The file
        appears whole or not at all, and an old one's permissions, owner and group are kept. A format passes over the options
        that do not concern it, so that one set of options serves several files.

        Args:
            path: where to write.
            depth: how far groups open: a number of levels, ``"layers"``, ``"all"``; by default as far as stays readable.
            unfold: draw every copy of a repeated structure.
            engine: what places boxes and wires: ``"opscope"``, or ``"graphviz"`` for .svg .png .pdf.
            theme: colours of .svg .png .pdf: ``"light"``, ``"dark"``, or ``"auto"``, those that the reader's system asks for.
            links: a template such as ``"https://host/blob/main/{file}#L{line}"``, which makes source places links.
            heat: the quantity drawn: ``"time"``, ``"busy"``, ``"memory"`` or ``"calls"`` as measured, ``"flops"``,
                ``"macs"`` or ``"bytes"`` as estimated from shapes; by default the first that the graph has.
            focus: draw this group (its path), open, with its neighbours. This and the next three are for .dot .svg .png .pdf.
            between: draw what lies on paths from the first op of the pair to the second; ``None`` leaves one end open.
            hide: leave out ops by patterns such as ``"Bias*"`` of op types, op names or layer classes.
            only: leave out all ops but those that match such patterns.
            positions: write the places of opscope's own layout into .dot, for ``neato -n2``.
            columns: cut a tall drawing into at most so many pieces side by side.
            timeout: seconds that Graphviz may take.
            sources: the code in a page: true, that of a graph traced in this process; false, none; a folder: what the graph
                names of the code below it, also of a graph that was loaded.
            scale: pixels of a PNG for a unit of the drawing.

        Raises:
            InputError: the suffix or an option is not known.
            WriteError: the path cannot be written; an old file there is untouched.
            RenderError: Graphviz could not draw the graph, or not in time.
            MissingDependencyError: what this format needs is not installed.
        """
        from ..render.options import Options
        from ..render.save import save

        options = Options(
            depth=depth, unfold=unfold, engine=engine, theme=theme, links=links, heat=heat, focus=focus,
            between=between, hide=hide, only=only, positions=positions, columns=columns, timeout=timeout,
            sources=sources, scale=scale,
        )  # fmt: skip
        return save(self, path, options)

    @suggesting
    def show(
        self,
        *,
        depth: Union[int, Literal["layers", "all"], None] = None,
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
        timeout: float = 60.0,
        sources: Union[bool, str, os.PathLike[str]] = True,
        scale: float = 2.0,
    ) -> None:
        """Show the page: inline in a notebook, else in the browser (the file's path is printed too).

        The options are those of `save`.
        """
        from ..notebook import show
        from ..render.options import Options

        options = Options(
            depth=depth, unfold=unfold, engine=engine, theme=theme, links=links, heat=heat, focus=focus,
            between=between, hide=hide, only=only, positions=positions, columns=columns, timeout=timeout,
            sources=sources, scale=scale,
        )  # fmt: skip
        show(self, options)

    @suggesting
    def estimate(self, *, batch: Optional[int] = None) -> "Graph":
        """The graph with what it costs, told from shapes alone: nothing is run, and TensorFlow is not needed.

        Ops and groups get FLOPs, MACs and bytes moved, per step; a loop counts as often as it runs, and of the branches of an
        ``if`` the costliest. `Graph.cost` has the totals, with FLOPs and MACs as plain numbers (a multiply-add is 2 FLOPs and
        1 MAC) and memory in bytes. Drawings then take ``heat="flops"``, ``"macs"`` or ``"bytes"``.

        What stays unknown is ``None`` and in no sum: ops of a type without a formula, and ops whose shapes the graph does
        not tell. `Graph.cost` counts them by type. A loop whose length only the data decides is counted once.

        Args:
            batch: the number of samples that stands for an open leading dimension; without it figures are for one sample.

        Raises:
            InputError: `batch` is below 1.
        """
        from ..cost.estimate import estimate

        return estimate(self, batch=batch)

    @suggesting
    def summary(self, *, cost: bool = False, batch: Optional[int] = None, width: Optional[int] = None) -> str:
        """The graph in figures, as text: totals, and a table by layer with ops, parameters and output shape.

        Args:
            cost: also FLOPs, MACs and bytes moved, by layer, op, op type and source line, and the memory of activations.
            batch: the batch that costs are for, as in `estimate`; given alone it stands for `cost` too.
            width: the characters of a line; without it names are whole and sentences wrapped at 200.

        Raises:
            InputError: `batch` is below 1.
        """
        from ..render.report.text import text

        return text(self, cost=cost, batch=batch, width=width)

    def to_json(self) -> str:
        """The whole graph as the JSON text that ``graph/json/schema.json`` describes."""
        from .json import to_json

        return to_json(self)

    def to_pandas(self) -> Any:
        """A `pandas.DataFrame`, one row an op, indexed by ``name``, its columns named as what `ops` tells of an op.

        ``type``, ``layer`` (its path), ``layer_class``, ``group``, ``phase``, ``dtype`` and ``shape`` of the first output,
        ``source`` (``model.py:12``), ``device``, ``dead``, ``variables`` (their object paths); the figures of `Op.cost` and
        `Op.measured`, each under its own name; and of an estimated graph ``alive_bytes``, the memory of activations while the
        op runs. Units are in the names: times are microseconds a step (``time_us``, ``busy_us``), as in the JSON, where
        `overlay` takes seconds.

        Raises:
            MissingDependencyError: there is no pandas (the extra ``opscope[pandas]``).
        """
        from ..render.report.data_frame import to_pandas

        return to_pandas(self)

    def overlay(self, data: Mapping[str, Mapping[str, float]]) -> "Graph":
        """The graph with your own numbers on it: ``{key: {quantity: number}}``, times in seconds, memory in bytes.

        Seconds are what clocks give; what is kept, written and shown in tables are microseconds: ``{"time": 0.1}`` becomes
        ``time_us`` 100,000 in `Op.measured`, in the JSON and in `to_pandas`.

        A key matches, in this order, an op name, a group path (``forward/`` may be left out), a layer name, a layer
        class; every match gets the values. Quantities: ``time``, ``busy``, ``calls``, ``memory``. Keys that match
        nothing are named in a warning.

        Raises:
            InputError: a quantity is not known or a value is no finite number of at least 0.
        """
        from ..passes.overlay import in_question, overlay

        graph, unmatched = overlay(self, data)
        if unmatched:
            keys = ", ".join(in_question(self, key) for key in unmatched)
            warnings.warn(f"overlay: no op, group, layer or class of {self.name!r} is called {keys}", stacklevel=2)
        return graph

    def _repr_mimebundle_(self, **_: Any) -> Dict[str, str]:
        from ..notebook import mimebundle

        return mimebundle(self)
