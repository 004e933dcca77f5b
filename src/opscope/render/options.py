"""`Options`: the options that say how to draw. Each is declared here, with its help text.

The command makes its arguments from these declarations. `Graph.save`, `Graph.show` and the one-liners repeat the
options as parameters, so that editors can complete them; ``tests/test_signatures.py`` checks that they agree.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Dict, Literal, Mapping, NamedTuple, Optional, Sequence, Tuple, Union

from .. import errors
from ..errors import InputError
from ..graph.quantities import QUANTITIES
from ..suggestions import meant_or_known
from . import takes
from .page import source_files
from .svg import source_links
from .takes import Takes

if TYPE_CHECKING:
    import os

    from ..passes import Selection


class Described(NamedTuple):
    """The declaration of an option."""

    name: str
    default: Any
    help: str
    """The text for ``--help``."""
    choices: Tuple[str, ...]
    """The allowed values; empty if it is not a choice between a few texts."""
    metavar: Optional[str]
    """What ``--help`` calls the argument's value, such as ``PATTERN``; ``None`` for argparse's default."""
    picks: bool
    """Whether it selects the part of the graph that is drawn."""
    takes: Takes
    """What values it takes, where that is not a choice between a few texts."""


def _said(
    help: str,  # noqa: A002  (argparse's word)
    *,
    choices: Tuple[str, ...] = (),
    metavar: Optional[str] = None,
    picks: bool = False,
    takes: Takes = takes.ANYTHING,
) -> Dict[str, Any]:
    """The metadata of a field of `Options`, under the names of `Described`."""
    return {"help": help, "choices": choices, "metavar": metavar, "picks": picks, "takes": takes}


_OF_CHARTS = frozenset({"chart", "theme", "scale", "sources"})
"""The options that a chart heeds, and that of the page, which may be written beside it."""


@dataclass(frozen=True)
class Options:
    """How to draw. Each kind of output honours some of these options (`render.registry.Output`).

    `render.heeded` refuses an option that no file honours. `focus`, `between`, `hide` and `only` select a part of the
    graph, as in `passes.select.Selection`. Pages, JSON and text always hold the whole graph.

    Raises:
        InputError: an option has a wrong value.
    """

    depth: Union[int, Literal["overview", "layers", "all"], None] = field(
        default=None,
        metadata=_said(
            "how many levels to open: a number, overview (one page), layers or all (default: an overview of what has more than some 40 boxes, else all)",
            takes=takes.DEPTH,
        ),
    )
    unfold: bool = field(default=False, metadata=_said("draw every copy of a repeated structure", takes=takes.FLAG))
    engine: Literal["opscope", "graphviz"] = field(
        default="opscope",
        metadata=_said("layout engine (default: opscope)", choices=("opscope", "graphviz")),
    )
    theme: Literal["auto", "light", "dark"] = field(
        default="auto",
        metadata=_said("colours; auto, the default, follows the reader's system", choices=("auto", "light", "dark")),
    )
    links: Optional[str] = field(
        default=None,
        metadata=_said(
            "turn source lines into links, for example https://host/blob/main/{file}#L{line}",
            metavar="TEMPLATE",
            takes=takes.TEXT,
        ),
    )
    heat: Optional[Literal["time", "busy", "memory", "calls", "flops", "macs", "bytes"]] = field(
        default=None,
        metadata=_said(
            "colour by this quantity: measured, or flops, macs and bytes estimated from shapes",
            choices=tuple(QUANTITIES),
        ),
    )
    focus: Optional[str] = field(
        default=None,
        metadata=_said("draw this group open, with its neighbours", metavar="PATH", picks=True, takes=takes.TEXT),
    )
    between: Optional[Tuple[Optional[str], Optional[str]]] = field(
        default=None,
        metadata=_said(
            "what lies between two ops: a pair of names, one of which may be None", picks=True, takes=takes.PAIR
        ),
    )
    hide: Union[str, Sequence[str]] = field(
        default=(),
        metadata=_said(
            "leave out ops by type, name or layer class, such as BiasAdd or 'encoder/*'; wires run through them",
            metavar="PATTERN",
            picks=True,
            takes=takes.PATTERNS,
        ),
    )
    only: Union[str, Sequence[str]] = field(
        default=(),
        metadata=_said(
            "draw only the ops that match such a pattern", metavar="PATTERN", picks=True, takes=takes.PATTERNS
        ),
    )
    positions: bool = field(
        default=False,
        metadata=_said("write opscope's own layout into a .dot file, to be drawn with neato -n2", takes=takes.FLAG),
    )
    columns: int = field(
        default=1,
        metadata=_said(
            "cut a tall drawing into up to this many columns side by side (default: 1); one to the right: into lines",
            metavar="N",
            takes=takes.COUNT,
        ),
    )
    direction: Literal["down", "right"] = field(
        default="down",
        metadata=_said("where the flow goes: down, the default, or right", choices=("down", "right")),
    )
    check: bool = field(
        default=False,
        metadata=_said(
            "show what check finds wrong: below the drawing, as signs in it, and in a page as a list", takes=takes.FLAG
        ),
    )
    libraries: Union[str, Sequence[str]] = field(
        default=(),
        metadata=_said(
            "a further package whose layers an overview closes like those of keras",
            metavar="NAME",
            takes=takes.PACKAGES,
        ),
    )
    chart: Optional[Literal["roofline"]] = field(
        default=None,
        metadata=_said(
            "draw a chart instead of the graph: roofline, of one that was profiled with --roofline",
            choices=("roofline",),
        ),
    )
    timeout: float = field(
        default=60.0, metadata=_said("how long Graphviz may take (default: 60)", metavar="SECONDS", takes=takes.ABOVE_0)
    )
    sources: Union[bool, str, os.PathLike[str]] = field(
        default=True,
        metadata=_said(
            "folder with the source code to embed in a page; needed for model files, whose code is left out otherwise",
            metavar="DIR",
        ),
    )
    scale: float = field(
        default=2.0, metadata=_said("PNG pixels per unit of the drawing (default: 2)", takes=takes.ABOVE_0)
    )

    def __post_init__(self) -> None:
        for option in described():
            _check(option, getattr(self, option.name))
        if self.columns > 1 and self.engine == "graphviz":
            msg = f"Graphviz does not draw columns; use {errors.option('engine', 'opscope')}, or leave {errors.option('columns')} out"
            raise InputError(msg)
        if self.positions and self.direction == "right":
            msg = f"positions are those of drawings that go down; leave {errors.option('positions')} or {errors.option('direction')} out"
            raise InputError(msg)
        if self.packages and self.depth not in (None, "overview"):
            msg = f"{errors.option('libraries')} is for an overview; leave it out, or use {errors.option('depth', 'overview')}"
            raise InputError(msg)
        self._check_chart()
        source_files.check_sources(self.sources)
        if self.links is not None:
            source_links.check_template(self.links)

    def _check_chart(self) -> None:
        """A chart is no drawing of the graph: `InputError` for an option that only such a one heeds."""
        if self.chart is None:
            return
        for option in described():
            value = getattr(self, option.name)
            if option.name not in _OF_CHARTS and value not in (option.default, []):
                msg = f"a {self.chart} takes no {errors.option(option.name)}; leave it out, or {errors.option('chart')}"
                raise InputError(msg)

    @classmethod
    def chosen(cls, parameters: Mapping[str, Any]) -> "Options":
        """The options among the parameters of a function that has all of them, as ``locals()`` holds them at its start."""
        return cls(**{each.name: parameters[each.name] for each in fields(cls)})

    @property
    def packages(self) -> Tuple[str, ...]:
        """The names of `libraries`."""
        return (self.libraries,) if isinstance(self.libraries, str) else tuple(self.libraries)

    @property
    def selection(self) -> "Selection":
        """The part of the graph that is drawn, as `passes` takes it."""
        from ..passes import Selection

        hide, only = ((each,) if isinstance(each, str) else tuple(each) for each in (self.hide, self.only))
        first, last = self.between or (None, None)
        return Selection(self.focus, (first, last) if self.between else None, hide, only)


def _check(option: Described, value: Any) -> None:
    """`InputError` for a value that the option does not take."""
    allowed = (option.default, *option.choices)
    if value in allowed if option.choices else option.takes.fits(value):
        return
    use = meant_or_known(str(value), option.choices) if option.choices else f"use {option.takes.words}"
    raise InputError(f"{errors.option(option.name, value)} is not known; {use}")


def described() -> Tuple[Described, ...]:
    """All options, in the order of their declaration."""
    return tuple(Described(name=each.name, default=each.default, **each.metadata) for each in fields(Options))
