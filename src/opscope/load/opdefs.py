"""Signatures of TensorFlow's ops: which outputs an op has, in which order, of which dtype, and whether it has state."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Tuple

from .proto import dtype_name


class Arg(NamedTuple):
    """One declared argument: its name, a fixed dtype or the attribute that tells it, and what repeats it."""

    name: str
    dtype: str
    type_attr: str
    number_attr: str
    type_list_attr: str


@dataclass(frozen=True)
class Signature:
    """One op's declared inputs and outputs; `defaults` holds the attributes a stripped NodeDef leaves out."""

    inputs: Tuple[Arg, ...]
    outputs: Tuple[Arg, ...]
    stateful: bool = False
    defaults: Mapping[str, Any] = field(default_factory=dict)

    @property
    def fixed(self) -> bool:
        """Whether every output is a single tensor, so that output k is argument k."""
        return not any(arg.number_attr or arg.type_list_attr for arg in self.outputs)


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
    """All signatures at hand: those a file brought along for its own ops, then TensorFlow's."""

    own: Mapping[str, Signature] = field(default_factory=dict)

    def get(self, op: str) -> Optional[Signature]:
        """The op's signature; ``None`` for an op that nobody declared."""
        known = _known(op)
        return known if known is not None else self.own.get(op)


def output_dtypes(signature: Signature, attr: Any) -> Tuple[List[str], Dict[str, int]]:
    """The dtype of every output of a node, and at which output each named output argument begins.

    `attr` is the NodeDef's attribute map.
    """
    dtypes: List[str] = []
    starts: Dict[str, int] = {}
    for arg in signature.outputs:
        starts[arg.name] = len(dtypes)
        if arg.type_list_attr:
            if arg.type_list_attr in attr:
                dtypes.extend(dtype_name(kind) for kind in attr[arg.type_list_attr].list.type)
            else:
                dtypes.extend(signature.defaults.get(arg.type_list_attr, ()))
            continue
        dtype = arg.dtype
        if arg.type_attr:
            dtype = (
                dtype_name(attr[arg.type_attr].type)
                if arg.type_attr in attr
                else signature.defaults.get(arg.type_attr, "unknown")
            )
        if not arg.number_attr:
            dtypes.append(dtype)
        elif arg.number_attr in attr:
            dtypes.extend([dtype] * max(0, min(attr[arg.number_attr].i, MOST_OUTPUTS)))
        else:
            dtypes.extend([dtype] * signature.defaults.get(arg.number_attr, 0))
    return dtypes, starts


MOST_OUTPUTS = 1 << 16
"""No op is believed to have more outputs than this, whatever its attributes say."""
