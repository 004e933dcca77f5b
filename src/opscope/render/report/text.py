"""The summary as text: totals, a table of layers, and for a measured or estimated graph what costs most."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Any, Dict, List, Mapping, Optional, Sequence, Union

from ...graph.at_least import lacking_in_groups
from ...graph.number_text import figure_text
from ...graph.quantities import TIME
from ...graph.vocabulary import CALL_KINDS, MISSING, is_step
from ...layout.scene.captions import MADE_OUTSIDE, NOT_EXPANDED
from ...layout.scene.labels import NOT_IN_FILE
from ...visible import sentence
from . import costs as cost_facts
from . import file_facts, hot
from .executed_lines import executed_lines
from .layer_rows import Rows, every_row, folded_rows
from .listed_variables import ListedVariables
from .pipeline_table import input_lines, pipeline_table
from .roofline_table import roofline_lines, roofline_table
from .summary import estimated, summarize
from .table_of_layers import chosen_columns, layer_table, needed_rooflines, require_costs
from .tensor_table import tensor_table
from .used_memory import memory_lines, memory_table

if TYPE_CHECKING:
    from ...graph.graph import Graph

IN_PYTHON = "full=True"
IN_COMMAND = "--full"
IN_FILE = "Graph.summary(full=True) or opscope summary --full"
"""What lists the copies that a table leaves out."""
WIDTH = 200
"""The most characters in a line of sentences, if the text does not go to a terminal."""

MAX_OP_TYPES = 12
MAX_MISSING = 12


def text(
    graph: "Graph",
    *,
    cost: bool = False,
    batch: Optional[int] = None,
    full: bool = False,
    columns: Union[str, Sequence[str], None] = None,
    width: Optional[int] = None,
    remedy: str = IN_PYTHON,
) -> str:
    """The summary of a graph; it ends with a newline. `cost` and `batch` are as in `summarize`.

    The table of layers has what repeats once, as a drawing has it, unless `full` is true; `remedy` says what lists the rest.
    `columns` has the names of its columns. With a `width`, no line is longer: sentences are wrapped and long names are cut.
    Without one, names are whole and sentences are wrapped at 200 characters.
    """
    names = chosen_columns(columns)
    graph = estimated(graph, cost=cost, batch=batch)
    require_costs(graph, names)
    # The graph has its costs already, so none are asked for here.
    facts = summarize(graph)
    said = [
        *total_lines(facts),
        *file_facts.file_lines(facts.get("facts", {})),
        *_ends(facts),
        *cost_facts.cost_lines(graph),
        *hot.head(graph),
        *memory_lines(graph),
        *executed_lines(graph),
        *roofline_lines(graph),
        *input_lines(graph),
    ]
    rows = (None if full else folded_rows(graph)) or every_row(facts["layers"])
    found = hot.hot_rows(graph)
    longest = longest_time([[row.figures for row in rows.rows], *found.values()])
    table = layer_table(rows.rows, longest, width, names, WIDTH, needed_rooflines(graph, rows.rows, names))
    left = _wrapped([folded_line(facts, rows, remedy)], width) if rows.folded else []
    largest = tensor_table(facts.get("facts", {}), width)
    variables = ListedVariables(graph, full=full)
    more = variables.count - variables.shown
    further = _wrapped([f"{_count(more, 'more variable')}; {remedy} lists them"], width) if more else []
    listed = [*variables.lines(width), *further]
    hottest = hot.hot_tables(found, longest, width, counted=not lacking_in_groups(graph)[-1])
    used, stages, roofline = memory_table(graph, width), pipeline_table(graph, width), roofline_table(graph, width)
    parts = [_wrapped(said, width), [*table, *left], largest, listed, *hottest, used, stages, roofline]
    return "\n\n".join("\n".join(part) for part in [*parts, _wrapped(_foot(facts), width)] if part) + "\n"


def folded_line(facts: Dict[str, Any], rows: Rows, remedy: str) -> str:
    """How many rows the table would have if copies had their own, and what lists these."""
    every = facts["layers"]
    what = "more layer" if any(row["kind"] in CALL_KINDS for row in every) else "more scope"
    lists = "lists them"
    if len(every) < len([row for row in rows.rows if not row.is_made]) + rows.folded:
        # Of thousands of scopes not all get a row, even if copies get their own.
        lists = f"lists {_count(len(every), 'scope')}"
    return f"{_count(rows.folded, what)} in copies; {remedy} {lists}"


def longest_time(tables: Sequence[Sequence[Mapping[str, Any]]]) -> float:
    """The longest time in any table: all of them are written in its unit."""
    return max((row["time_us"] or 0.0 for rows in tables for row in rows), default=0.0)


def _ends(facts: Dict[str, Any]) -> List[str]:
    """The ends of a file's graph, unless a line on the signature that is shown has them."""
    file = facts.get("facts", {})
    if "format" not in file or file.get("signature") is not None:
        return []
    return [file_facts.ends_line(facts["inputs"], facts["outputs"])]


def _wrapped(lines: List[str], width: Optional[int]) -> List[str]:
    """Sentences, wrapped; the further lines of a sentence are indented."""
    return [
        part
        for line in map(sentence, lines)
        for part in wrap(line, width or WIDTH, subsequent_indent="  ", break_on_hyphens=False)
    ]


def total_lines(facts: Dict[str, Any]) -> List[str]:
    """The first lines: name, totals, phases."""
    producer = facts["producer"].get("tensorflow")
    made = f" (TensorFlow {producer})" if producer else ""
    totals = _count(facts["ops"], "op")
    lines = [f"{facts['name']}{made}", totals + _variables(facts), *_state(facts)]
    replicas = f" on {_count(facts['replicas'], 'replica')}" if facts["replicas"] else ""
    if facts["phases"]:
        # Where no variable is assigned from a gradient there is no training step, but a backward pass all the same.
        said = "training step" if is_step(facts["phases"]) else "gradient"
        lines.append(f"{said}{replicas}: " + ", ".join(_phase(facts, name) for name in facts["phases"]))
    elif replicas:
        lines.append(f"runs{replicas}")
    return lines


def _phase(facts: Dict[str, Any], name: str) -> str:
    """A phase with its ops and, if it was measured, its time: ``forward 40 ops in 1.2 ms``."""
    time, error = (facts[figures].get(name) for figures in ("phase_times_us", "phase_errors_us"))
    return f"{name} {_count(facts['phases'][name], 'op')}" + (
        "" if time is None else f" in {figure_text(TIME.field, time, error)}"
    )


def _variables(facts: Dict[str, Any]) -> str:
    """The model's parameters."""
    if not facts["variables"]:
        return ""
    optimizer, other = facts["state"]["optimizer"], facts["state"]["other"]
    # Variables that are not parameters of the model.
    beside = optimizer["variables"] + other["variables"]
    said = f", {_count(facts['parameters'], 'parameter')} in {_count(facts['variables'] - beside, 'variable')}"
    said += f", {facts['trainable']:,} trainable" if facts["trainable"] is not None else ""
    unknown = facts["variables_of_unknown_size"]
    return said + (f"; {_count(unknown, 'variable')} of unknown size not counted" if unknown else "")


def _state(facts: Dict[str, Any]) -> List[str]:
    """What variables keep that are no parameters of the model, such as the moments of an optimizer."""
    return [
        f"{name}: {_count(facts['state'][whose]['elements'], 'value')} in {_count(facts['state'][whose]['variables'], 'variable')}"
        for whose, name in (("optimizer", "optimizer state"), ("other", "other state"))
        if facts["state"][whose]["variables"]
    ]


def _foot(facts: Dict[str, Any]) -> List[str]:
    """The last lines: op types, dead ops, calls that are not expanded."""
    types = list(facts["op_types"].items())
    shown = ", ".join(f"{name} {number:,}" for name, number in types[:MAX_OP_TYPES])
    more = f", and {len(types) - MAX_OP_TYPES} more" if len(types) > MAX_OP_TYPES else ""
    lines = [f"op types: {shown}{more}"] if types else []
    if facts["dead"]:
        lines.append(f"dead ops (no output and no side effect depends on them; not drawn): {facts['dead']:,}")
    if facts["closed_calls"]:
        calls = ", ".join(f"{name} x{number:,}" for name, number in facts["closed_calls"].items())
        lines.append(f"calls {NOT_EXPANDED}: {calls}")
    if facts["outside_datasets"]:
        lines.append(f"datasets {MADE_OUTSIDE}: {_listed(facts['outside_datasets'])}")
    return [*lines, *_missing(facts["missing_inputs"], facts["missing_functions"])]


def _missing(inputs: List[str], functions: Dict[str, int]) -> List[str]:
    """What ops name and the file does not have, counted and named."""
    lines = []
    if inputs:
        lines.append(f"inputs {NOT_IN_FILE} (op type {MISSING}), {len(inputs):,}: {_listed(inputs)}")
    if functions:
        calls = [f"{name} x{number:,}" for name, number in functions.items()]
        lines.append(f"functions {NOT_IN_FILE}, with their calls: {_listed(calls)}")
    return lines


def _listed(names: List[str]) -> str:
    more = f", and {len(names) - MAX_MISSING:,} more" if len(names) > MAX_MISSING else ""
    return ", ".join(names[:MAX_MISSING]) + more


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
