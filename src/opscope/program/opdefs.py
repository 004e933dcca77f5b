"""Signatures of TensorFlow's ops: which outputs an op has, in which order, of which dtype, and whether it has state."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Dict, Mapping, NamedTuple, Optional, Tuple

from .proto import dtype_name


class Arg(NamedTuple):
    """One declared argument: its name, a fixed dtype or the attribute that tells it, and what repeats it."""

    name: str
    dtype: str
    type_attr: str
    number_attr: str
    type_list_attr: str


@dataclass(frozen=True, eq=False)
class Signature:
    """One op's declared inputs and outputs; `defaults` holds the attributes a stripped NodeDef leaves out."""

    inputs: Tuple[Arg, ...]
    outputs: Tuple[Arg, ...]
    stateful: bool = False
    defaults: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def fixed(self) -> bool:
        """Whether every output is a single tensor, so that output k is argument k."""
        return not any(arg.number_attr or arg.type_list_attr for arg in self.outputs)

    @cached_property
    def output_attrs(self) -> Tuple[str, ...]:
        """The attributes that the number and dtypes of the outputs depend on."""
        names = [name for arg in self.outputs for name in (arg.type_attr, arg.number_attr, arg.type_list_attr) if name]
        return tuple(dict.fromkeys(names))


def _arg(text: str) -> Arg:
    name, _, kind = text.partition(":")
    if kind.startswith("@"):
        return Arg(name, "", "", "", kind[1:])
    kind, _, number = kind.partition("*")
    return Arg(name, "", kind[1:], number, "") if kind.startswith("$") else Arg(name, kind, "", number, "")


@lru_cache(maxsize=None)
def _file() -> Dict[str, Dict[str, Any]]:
    return json.loads(Path(__file__).with_name("opdefs.json").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


@lru_cache(maxsize=None)
def _known(op: str) -> Optional[Signature]:
    record = _file().get(op)
    if record is None:
        return None
    inputs = tuple(_arg(text) for text in record["i"].split())
    outputs = tuple(_arg(text) for text in record["o"].split())
    return Signature(inputs, outputs, bool(record.get("s")), record.get("d", {}))


def from_opdef(opdef: Any) -> Signature:
    """The signature in an `OpDef` message (of ours or of TensorFlow's)."""

    def args(protos: Any) -> Tuple[Arg, ...]:
        return tuple(
            Arg(arg.name, dtype_name(arg.type) if arg.type else "", arg.type_attr, arg.number_attr, arg.type_list_attr)
            for arg in protos
        )

    return Signature(args(opdef.input_arg), args(opdef.output_arg), opdef.is_stateful)


@dataclass(frozen=True)
class Signatures:
    """All signatures at hand: TensorFlow's, and those that a file brought along for ops of its own."""

    own: Mapping[str, Signature] = field(default_factory=dict)

    def get(self, op: str) -> Optional[Signature]:
        """The op's signature; ``None`` for an op that nobody declared."""
        known = _known(op)
        return known if known is not None else self.own.get(op)
