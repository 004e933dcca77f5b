"""`Options`: how to draw. Each option is declared here once, with its help; the command makes its arguments of it.

`Graph.save` and its kin have the same options as parameters, spelled out, so that an editor completes them;
``tests/test_signatures.py`` compares them with the fields here.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Dict, Literal, NamedTuple, Optional, Sequence, Tuple, Union

from ..errors import InputError
from ..graph.quantities import QUANTITIES
from ..suggestions import meant_or_known
from .page import source_files
from .svg import source_links

if TYPE_CHECKING:
    import os

    from ..passes import Selection


class Described(NamedTuple):
    """What is said of an option: its name and default, its help, what may be chosen, what its argument is called."""

    name: str
    default: Any
    help: str
    choices: Tuple[str, ...]
    metavar: Optional[str]
    picks: bool
    """Whether it picks the part of the graph that is drawn."""


def _said(
    help: str,  # noqa: A002  (argparse's word)
    *,
    choices: Tuple[str, ...] = (),
    metavar: Optional[str] = None,
    picks: bool = False,
) -> Dict[str, Any]:
    return {"help": help, "choices": choices, "metavar": metavar, "picks": picks}


@dataclass(frozen=True)
class Options:
    """How to draw; an output says which of these it honours.

    `focus`, `between`, `hide` and `only` choose a part of the graph, as `passes.select.Selection` has them (one pattern or
    several); a page, JSON and text hold the whole graph.
    """

    depth: Union[int, Literal["layers", "all"], None] = field(
        default=None, metadata=_said("how far groups open: a number, layers, all; by default as far as stays readable")
    )
    unfold: bool = field(default=False, metadata=_said("draw every copy of a repeated structure"))
    engine: Literal["opscope", "graphviz"] = field(
        default="opscope",
        metadata=_said("what places boxes and wires (opscope)", choices=("opscope", "graphviz")),
    )
    theme: Literal["auto", "light", "dark"] = field(
        default="auto",
        metadata=_said("colours; auto: those the reader's system asks for", choices=("auto", "light", "dark")),
    )
    links: Optional[str] = field(
        default=None,
        metadata=_said(
            "make source lines links, as https://host/blob/main/{file}#L{line} (file as in the tooltips)",
            metavar="TEMPLATE",
        ),
    )
    heat: Optional[Literal["time", "busy", "memory", "calls", "flops", "bytes"]] = field(
        default=None,
        metadata=_said(
            "the quantity drawn: measured, or flops and bytes estimated from shapes",
            choices=tuple(QUANTITIES),
        ),
    )
    focus: Optional[str] = field(
        default=None, metadata=_said("this group, open, with its neighbours", metavar="PATH", picks=True)
    )
    between: Optional[Tuple[Optional[str], Optional[str]]] = field(
        default=None,
        metadata=_said("what lies between two ops: a pair of names, one of which may be None", picks=True),
    )
    hide: Union[str, Sequence[str]] = field(
        default=(),
        metadata=_said(
            "leave out ops by type, name or layer class, such as BiasAdd or 'encoder/*'; their first input runs on",
            metavar="PATTERN",
            picks=True,
        ),
    )
    only: Union[str, Sequence[str]] = field(
        default=(), metadata=_said("leave out all other ops", metavar="PATTERN", picks=True)
    )
    positions: bool = field(
        default=False, metadata=_said("write opscope's own layout into .dot, for neato -n2 to carry on")
    )
    columns: int = field(
        default=1, metadata=_said("cut a tall drawing into pieces side by side, for a page (1)", metavar="N")
    )
    timeout: float = field(default=60.0, metadata=_said("for Graphviz (60)", metavar="SECONDS"))
    sources: Union[bool, str, os.PathLike[str]] = field(
        default=True,
        metadata=_said(
            "the folder below which a page's code may be read: needed for model files, whose code is else left out",
            metavar="DIR",
        ),
    )
    scale: float = field(default=2.0, metadata=_said("pixels of a PNG for a unit of the drawing (2)"))

    def __post_init__(self) -> None:
        for option in described():
            _check_choice(option, getattr(self, option.name))
        depth: Any = self.depth
        number = isinstance(depth, int) and not isinstance(depth, bool) and depth >= 0
        if depth is not None and depth not in ("layers", "all") and not number:
            msg = f"depth {depth!r} is not known; use a whole number from 0, 'layers', 'all', or None for the default"
            raise InputError(msg)
        if self.timeout <= 0 or self.scale <= 0:
            msg = "timeout and scale must be greater than 0"
            raise InputError(msg)
        columns: Any = self.columns
        if isinstance(columns, bool) or not isinstance(columns, int) or columns < 1:
            msg = f"columns {columns!r} is not known; use a whole number from 1"
            raise InputError(msg)
        if self.columns > 1 and self.engine == "graphviz":
            msg = "Graphviz draws no columns; take engine='opscope' (--engine opscope), or columns=1"
            raise InputError(msg)
        source_files.check_sources(self.sources)
        if self.links is not None:
            source_links.check_template(self.links)
        ends: Any = self.between
        if ends is not None and (isinstance(ends, str) or len(ends) != 2 or all(end is None for end in ends)):
            msg = f"between {ends!r} is not known; use a pair of op names such as ('x', 'logits'), one of which may be None"
            raise InputError(msg)

    @property
    def selection(self) -> "Selection":
        """The part of the graph that is drawn."""
        from ..passes import Selection

        hide, only = ((each,) if isinstance(each, str) else tuple(each) for each in (self.hide, self.only))
        first, last = self.between or (None, None)
        return Selection(self.focus, (first, last) if self.between else None, hide, only)


def _check_choice(option: Described, value: Any) -> None:
    if option.choices and value != option.default and value not in option.choices:
        raise InputError(f"{option.name} {value!r} is not known; {meant_or_known(str(value), option.choices)}")


def described() -> Tuple[Described, ...]:
    """Every option, in the order of their declaration."""
    return tuple(Described(name=each.name, default=each.default, **each.metadata) for each in fields(Options))
