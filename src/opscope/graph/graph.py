"""`Graph`: what every way to read a model makes, and what every way to show one takes."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, Callable, Dict, Literal, Mapping, Optional, Sequence, Tuple, Union

from ..suggestions import suggesting
from .content import Content
from .facts import Facts
from .model_variables import elements_of, told_apart
from .traced import TracedFiles
from .types import GraphCost, Variable
from .what_ran import Executed

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from .matches import Patterns
    from .scripting import Layer, Layers, Op, Ops
    from .scripting.filters import Place


class Graph:
    """A model's complete graph: its ops, layers and other groups, and variables.

    `opscope.trace`, `opscope.load` and `opscope.profile` make graphs. A graph never changes: `estimate` and `overlay`
    return a new one, which shares everything else with the old one. Calls of functions are expanded when the ops are
    first looked at, so a graph of which only the name is used costs little.
    """

    __slots__ = (
        "__weakref__",
        "_content",
        "_cost",
        "_executed",
        "_facts",
        "_measurement",
        "_name",
        "_producer",
        "_traced",
    )

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
        executed: Optional[Executed] = None,
    ) -> None:
        self._name = name
        self._content = content
        self._producer: Dict[str, str] = dict(producer or {})
        self._measurement = dict(measurement) if measurement is not None else None
        self._facts: Facts = {**facts} if facts else {}
        self._cost = cost
        self._traced = traced
        self._executed = executed

    @property
    def name(self) -> str:
        """The name of the graph: that of the model, the function or the file."""
        return self._name

    @property
    def producer(self) -> Dict[str, str]:
        """The versions of the programs that made the graph: ``opscope``, and ``tensorflow`` if it is known."""
        return self._producer

    @property
    def measurement(self) -> Optional[Dict[str, Any]]:
        """The figures of the run as a whole (docs/json.md explains the keys); ``None`` if nothing was measured."""
        return self._measurement

    @property
    def facts(self) -> Facts:
        """What is known of the graph's file, and what a profiling run could not explain. `summary` prints it."""
        return self._facts

    @property
    def cost(self) -> Optional[GraphCost]:
        """The totals of FLOPs, MACs and bytes, as `estimate` finds them; ``None`` if the graph was not estimated."""
        return self._cost

    @property
    def executed(self) -> Optional[Executed]:
        """What TensorFlow really ran, as a graph of its own, and what became of each op; ``None`` if that was not asked for.

        `opscope.profile` finds it with ``executed=True``.
        """
        return self._executed

    def _expanded(self) -> Content:
        if not isinstance(self._content, Content):
            self._content = self._content()
        return self._content

    @property
    def variables(self) -> Tuple[Variable, ...]:
        """All variables that the graph uses, each once: also those of an optimizer, a metric or a random generator."""
        return self._expanded().variables

    @property
    def parameters(self) -> int:
        """The number of the model's parameters: the elements of all its variables, as Keras' `count_params` has it.

        The moving averages of a batch norm count. Variables of an optimizer, a metric or a random generator do not;
        `summary` counts them separately. A variable of unknown shape counts as 0.
        """
        return elements_of(told_apart(self._expanded()).parameters)

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
        """The ops that fulfil all given conditions, as a read-only sequence in the order of the graph.

        A pattern is a shell pattern (``*``, ``?``, ``[ab]``). It has to match the whole text, in the same case. Of a
        list of patterns, one has to match.

        >>> graph.ops(type="MatMul", dtype="float32")
        2 ops
        name                   type    dtype    shape       source
        small/hidden/MatMul    MatMul  float32  (None, 64)  model.py:12
        small/classes/MatMul   MatMul  float32  (None, 10)  model.py:13
        >>> [op.name for op in graph.ops(layer="hidden")[-2:]]
        ['small/hidden/BiasAdd', 'small/hidden/Relu']

        Args:
            type: a pattern that the op type matches.
            dtype: a pattern that the dtype of the first output matches, such as ``"float64"``.
            layer: the layer that the op is in, at any depth: a path (one call), an object path or a name (all calls),
                or a `Layer`. Gradients are not in the layer but in a group of their own (``"backward/model/dense"``).
            layer_class: a pattern that the class of a layer around the op matches; not only of the innermost layer.
            group: the group that the op is in, at any depth, by its path or the end of it: a layer, name scope,
                function, loop, branch or phase.
            phase: ``"forward"``, ``"loss"``, ``"backward"``, ``"optimizer"`` or ``"metrics"``.
            dead: true for only the ops that reach no output and no side effect, false for only the others.
            source: the file of the user's line that made the op, by its path or the end of it, or file and line as
                ``"model.py:12"``; or the `Op.source` of another op.
            name: a pattern that the op's name matches.

        Raises:
            NotFoundError: there is no such layer or group.
            InputError: the phase is none of these, or a value has the wrong type.
        """
        from .scripting import Layer, Nesting, OpFilter, Ops

        # A `Layer` is one call, and only its path names one call.
        word = layer.path if isinstance(layer, Layer) else layer
        chosen = OpFilter(type, dtype, word, layer_class, group, phase, dead, source, name)
        return Ops(Nesting(self), chosen.rows(self))

    def op(self, name: str) -> Op:
        """The op with this name.

        >>> graph.op("small/hidden/MatMul").shape
        (None, 64)

        Raises:
            NotFoundError: there is none. (It is a `KeyError` too.)
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
        """The calls of layers, modules and models that fulfil all given conditions, as a read-only sequence.

        A layer that is called twice is in it twice. Name scopes, functions, loops and phases are not layers; use
        `Op.group` and the parameter ``group`` of `ops` for them.

        >>> [(layer.path, layer.parameters) for layer in graph.layers(class_name="Dense")]
        [('small/hidden', 704), ('small/classes', 650)]

        Args:
            name: a pattern (as for `ops`) that the layer's name or path matches.
            class_name: a pattern that the name of its class matches.
            phase: ``"forward"``, ``"loss"``, ``"backward"``, ``"optimizer"`` or ``"metrics"``.
            source: the file of `Layer.source`, or file and line as ``"model.py:12"``; or the `Layer.source` of another
                layer.

        Raises:
            InputError: the phase is none of these, or a value has the wrong type.
        """
        from .scripting import LayerFilter, Layers, Nesting

        return Layers(Nesting(self), LayerFilter(name, class_name, phase, source).rows(self))

    def layer(self, path: str) -> Layer:
        """The layer with this path, with this object path, or whose path ends in `path`.

        If an object path belongs to several calls of one layer, the first call is returned.

        >>> graph.layer("hidden").ops[0].type
        'ReadVariableOp'

        Raises:
            NotFoundError: there is none. (It is a `KeyError` too.)
            InputError: the paths of several layers end in `path`.
        """
        from .matches import find_group
        from .scripting import Layer, Nesting

        return Layer(Nesting(self), find_group(self, path, layers=True))

    def __len__(self) -> int:
        return len(self._expanded().table)

    def __repr__(self) -> str:
        if not isinstance(self._content, Content):
            return f"<opscope.Graph {self.name!r}, not expanded yet>"
        return f"<opscope.Graph {self.name!r}: {len(self)} ops in {len(self._expanded().groups)} groups>"

    def _with(self, **changed: Any) -> "Graph":
        """The same graph with some of the constructor's arguments replaced."""
        kept = {
            "name": self._name, "content": self._content, "producer": self._producer, "measurement": self._measurement,
            "facts": self._facts, "cost": self._cost, "traced": self._traced, "executed": self._executed,
        }  # fmt: skip
        return Graph(**{**kept, **changed})

    @suggesting
    def save(
        self,
        path: Union[str, os.PathLike[str]],
        *,
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
    ) -> Path:
        """Write the graph to `path`, in the format that its suffix names, and return the path.

        The formats are .dot .svg .png .pdf .html .json .txt .md .csv .layers.csv .graphml .explorer.json
        .nodedata.json .mmd .drawio .tex, and for a measured graph also .speedscope and .trace; docs/exchange.md tells of those that other
        programs read. The file is written whole or not at all. A file that is replaced keeps its permissions and, if the
        system allows it, its owner and group. An option that would not change a file of this format is an error.

        Args:
            path: where to write.
            depth: how far groups are opened: a number of levels, ``"overview"`` (the model on one page, with its figures),
                ``"layers"`` (all groups above the innermost layers) or ``"all"``. By default a graph of more than
                some 40 boxes is drawn as an overview, a smaller one op by op.
            unfold: draw every copy of a repeated structure. By default only one is drawn, marked ``×12``.
            engine: what places boxes and wires: ``"opscope"``, or ``"graphviz"`` for .svg .png .pdf.
            theme: the colours of .svg .png .pdf .html: ``"light"``, ``"dark"``, or ``"auto"``, what the reader's system
                asks for. Drawings by Graphviz are always light; `links` and `columns` need opscope's own layout.
            links: a template that turns source lines into links, such as ``"https://host/blob/main/{file}#L{line}"``.
            heat: the quantity that is drawn: ``"time"``, ``"busy"``, ``"memory"`` or ``"calls"`` as measured,
                ``"flops"``, ``"macs"`` or ``"bytes"`` as estimated from shapes. By default the first of these that
                the graph has.
            focus: draw this group (given by its path) open, with its neighbours. This option and the next three are for
                .dot .svg .png .pdf .mmd .drawio .tex.
            between: a pair of op names: draw what depends on the first and is needed by the second. One may be
                ``None``.
            hide: leave out the ops that match a pattern such as ``"Bias*"`` by op type, op name or layer class.
            only: draw only the ops that match such a pattern.
            positions: write the positions of opscope's own layout into a .dot file, to be drawn with ``neato -n2``.
            columns: cut a tall drawing into at most this many columns side by side; one that goes to the right into so
                many lines below each other.
            direction: where the flow goes: ``"down"`` or ``"right"``. An overview that goes to the right is wrapped into
                lines where it is too wide for a page, and has its figures below each layer.
            check: show what `opscope.check` finds wrong: the worst below the drawing, each error and warning as a sign at
                its op or layer, and in a page all findings as a list that leads to their places. For .svg .png .pdf .html.
            libraries: further packages whose layers are a library's, as those of keras are: an overview closes them, and
                opens what the author of the model wrote. A name, or several; the package is that of the layer's class.
            chart: ``"roofline"`` draws no graph, but the layers of a graph that was profiled with ``roofline=True`` by their arithmetic
                intensity and what they achieve, below what the machine can do at most. For .svg .png .pdf.
            timeout: how many seconds Graphviz may take.
            sources: the source code in a page. True embeds the code of a graph that was traced in this process, false
                none. A folder embeds the files below it that the graph names; this works for a loaded graph too.
            scale: how many pixels of a PNG a unit of the drawing takes.

        Raises:
            InputError: the suffix or an option is not known, the option would not change a file of this format, or the
                graph does not have what it asks for.
            WriteError: the path cannot be written. A file that is there stays as it is.
            RenderError: Graphviz could not draw the graph, or not in time.
            MissingDependencyError: a package or program that this format needs is not installed.
        """
        from ..render.options import Options
        from ..render.save import save

        options = Options.chosen(locals())
        return save(self, path, options)

    @suggesting
    def show(
        self,
        *,
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
    ) -> None:
        """Show the interactive page: in a notebook inline, else in the browser. Then the file's path is printed too.

        The options are those of `save`. A page takes only `depth`, `heat`, `sources`, `theme`,
        `check` and `libraries`; others are errors.
        """
        from ..notebook import show
        from ..render.options import Options

        options = Options.chosen(locals())
        show(self, options)

    @suggesting
    def estimate(self, *, batch: Optional[int] = None) -> "Graph":
        """The same graph with its costs, estimated from shapes. Nothing is run, and TensorFlow is not needed.

        Each op and group gets FLOPs, MACs and bytes moved, per step. A multiply-add counts as 2 FLOPs and 1 MAC. The
        body of a loop counts once for each iteration; of an ``if`` the costliest branch, unless it is known which runs. `Graph.cost`
        has the totals. `save` draws the figures with ``heat="flops"``, ``"macs"`` or ``"bytes"``.

        A figure is ``None``, and missing in all sums, if the op type has no formula or if a shape is not known.
        `Graph.cost` counts these ops by type. A loop whose number of iterations depends on the data is counted once.

        Args:
            batch: the batch size, used for each leading dimension that is ``None``. Without it the figures are for one
                sample.

        Raises:
            InputError: `batch` is below 1.
        """
        from ..cost.estimate import estimate

        return estimate(self, batch=batch)

    @suggesting
    def summary(
        self,
        *,
        cost: bool = False,
        batch: Optional[int] = None,
        full: bool = False,
        columns: Union[str, Sequence[str], None] = None,
        width: Optional[int] = None,
    ) -> str:
        """A summary of the graph as text: totals, and a table of layers with ops, parameters and output shapes.

        Layers that repeat are listed once, as a drawing folds them: ``block_0 … 7  ×8``, with the figures of all copies
        together, those of each copy beside them, and below in what copies differ.

        Args:
            cost: add FLOPs, MACs and bytes moved by layer, op, op type and source line, and the memory of activations.
            batch: the batch size for the costs, as in `estimate`. If it is given, `cost` is taken as true.
            full: list every layer, also those that repeat.
            columns: the columns of the table of layers, in this order, of ``"layer"``, ``"class"``, ``"ops"``,
                ``"parameters"``, ``"non-trainable"``, ``"flops"``, ``"macs"``, ``"bytes"``, ``"time"``, ``"dispatch"``,
                ``"shape"`` and ``"source"``, and, of a graph that was profiled with ``roofline=True``, ``"achieved"``, ``"moved"``,
                ``"intensity"``, ``"attainable"``, ``"bound"`` and ``"saved"``. By default all but bytes, source and those of the
                roofline of which anything is known.
            width: the most characters in a line. By default names are never cut, and sentences are wrapped at 200.

        Raises:
            InputError: `batch` is below 1; or there is no such column, or it needs `cost`.
        """
        from ..render.report.text import text

        return text(self, cost=cost, batch=batch, full=full, columns=columns, width=width)

    def to_json(self) -> str:
        """The whole graph as JSON text. docs/json.md explains the fields; ``graph/json/schema.json`` is the schema."""
        from .json import to_json

        return to_json(self)

    def to_pandas(self) -> Any:
        """A `pandas.DataFrame` with one row for each op, indexed by ``name``.

        The columns are ``type``, ``layer`` (its path), ``layer_class``, ``group``, ``phase``, ``dtype`` and ``shape``
        of the first output, ``source`` (as ``model.py:12``), ``device``, ``dead``, ``variables`` (their object paths),
        and the figures of `Op.cost` and `Op.measured`, all under the names that they have in `Op`. ``alive_bytes`` is
        the memory of activations while the op runs, if the graph was estimated. Times and memory have their unit in the
        name: ``time_us`` is in microseconds per step, as in the JSON. (`overlay` takes seconds.) ``bytes_at_peak``
        is what was alive of the op at the measured peak of memory, where allocations were recorded. A graph that was profiled with
        ``roofline=True`` has those of the roofline too: ``intensity`` to ``saved_us``, as docs/profiling.md lists them.

        Raises:
            MissingDependencyError: pandas is not installed (the extra ``opscope[pandas]``).
        """
        from ..render.report.data_frame import to_pandas

        return to_pandas(self)

    def to_networkx(self) -> Any:
        """A `networkx.MultiDiGraph` with one node for each op and one edge for each input, from the producer to its user.

        A node is the op's name. Its attributes are those of a row of `to_pandas`, under the same names; what is not known has no key. An
        edge has ``input`` (its place among the inputs of its user), ``control`` (true: an order of two ops, and no tensor), and of a tensor
        ``output`` (which of the producer's), ``dtype`` and ``shape``. The graph has the name and the versions of `producer`.

        Raises:
            MissingDependencyError: networkx is not installed (the extra ``opscope[networkx]``).
        """
        from ..render.exchange.networkx_graph import to_networkx

        return to_networkx(self)

    def overlay(self, data: Mapping[str, Mapping[str, float]]) -> "Graph":
        """The same graph with your own numbers on it, given as ``{key: {quantity: number}}``.

        The quantities are ``time`` and ``busy`` in seconds, ``memory`` in bytes, and ``calls``. Times are given in
        seconds because clocks give seconds, but they are kept in microseconds: ``{"time": 0.1}`` becomes ``time_us``
        100,000 in `Op.measured`, in the JSON and in `to_pandas`.

        A key is the name of an op, the path of a group (``forward/`` may be left out), the name of a layer or the class
        of a layer. The first of these that matches anything is used, and everything that it matches gets the numbers. A
        warning names the keys that match nothing.

        Raises:
            InputError: a quantity is not known, or a value is not a finite number of at least 0.
        """
        from ..passes.overlay import in_question, overlay

        graph, unmatched = overlay(self, data)
        if unmatched:
            keys = ", ".join(in_question(self, key) for key in unmatched)
            # Level 2 names the user's line that calls `overlay`.
            warnings.warn(f"overlay: no op, group, layer or class of {self.name!r} is called {keys}", stacklevel=2)
        return graph

    def _repr_mimebundle_(self, **_: Any) -> Dict[str, str]:
        from ..notebook import mimebundle

        return mimebundle(self)
