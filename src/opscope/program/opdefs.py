"""Signatures of TensorFlow's ops: what inputs and outputs an op type has, of which dtypes, and whether it has state.

They are TensorFlow's own declarations, which ``tools/make_opdefs.py`` collected into ``opdefs.json``, one op a line.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Dict, Mapping, NamedTuple, Optional, Tuple

from .proto import dtype_name


class Arg(NamedTuple):
    """One declared input or output, as in `OpDef.ArgDef`. Fields that do not apply are empty."""

    name: str
    dtype: str
    """Its dtype, if that is fixed."""
    type_attr: str
    """Else the attribute that has the dtype (``T``)."""
    number_attr: str
    """The attribute that says how many tensors it stands for (``num_split``); without one it stands for one."""
    type_list_attr: str
    """The attribute with a list of dtypes (``Tout``): it stands for one tensor of each."""


@dataclass(frozen=True, eq=False)
class OpSignature:
    """What is declared of one op type. A signature of a model, such as ``serving_default``, is something else.

    `defaults` has the defaults of attributes that tell dtypes and numbers of outputs. A NodeDef leaves an attribute out
    where it has its default, if the file was written with ``strip_default_attrs``.
    """

    inputs: Tuple[Arg, ...]
    outputs: Tuple[Arg, ...]
    stateful: bool = False
    defaults: Mapping[str, Any] = field(default_factory=dict)
    functions: Tuple[str, ...] = ()
    """The attributes that name functions, one each or a list of them."""

    @cached_property
    def fixed(self) -> bool:
        """Whether every output argument is a single tensor, so that output k is argument k."""
        return not any(arg.number_attr or arg.type_list_attr for arg in self.outputs)

    @cached_property
    def output_attrs(self) -> Tuple[str, ...]:
        """The attributes that the number and dtypes of the outputs depend on."""
        names = [name for arg in self.outputs for name in (arg.type_attr, arg.number_attr, arg.type_list_attr) if name]
        return tuple(dict.fromkeys(names))


def _arg(text: str) -> Arg:
    """Read an argument as ``opdefs.json`` has it.

    ``shape:int32`` has a fixed dtype; ``x:$T`` has the dtype in attribute T; ``output:$T*num`` is `num` such tensors;
    ``output:@Tout`` is one tensor for each dtype in Tout.
    """
    name, _, kind = text.partition(":")
    if kind.startswith("@"):
        return Arg(name, "", "", "", kind[1:])
    kind, _, number = kind.partition("*")
    return Arg(name, "", kind[1:], number, "") if kind.startswith("$") else Arg(name, kind, "", number, "")


@lru_cache(maxsize=None)
def _file() -> Dict[str, Dict[str, Any]]:
    """Op type -> "i" inputs, "o" outputs, "s" 1 if stateful, "d" defaults, "f" attributes that name functions."""
    return json.loads(Path(__file__).with_name("opdefs.json").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


@lru_cache(maxsize=None)
def _known(op: str) -> Optional[OpSignature]:
    record = _file().get(op)
    if record is None:
        return None
    inputs = tuple(_arg(text) for text in record["i"].split())
    outputs = tuple(_arg(text) for text in record["o"].split())
    functions = tuple(record.get("f", "").split())
    return OpSignature(inputs, outputs, bool(record.get("s")), record.get("d", {}), functions)


def from_opdef(opdef: Any) -> OpSignature:
    """The signature in an `OpDef` message, of opscope's own class or of TensorFlow's."""

    def args(protos: Any) -> Tuple[Arg, ...]:
        return tuple(
            Arg(arg.name, dtype_name(arg.type) if arg.type else "", arg.type_attr, arg.number_attr, arg.type_list_attr)
            for arg in protos
        )

    functions = tuple(attr.name for attr in opdef.attr if attr.type in ("func", "list(func)"))
    return OpSignature(args(opdef.input_arg), args(opdef.output_arg), opdef.is_stateful, functions=functions)


@dataclass(frozen=True)
class OpSignatures:
    """TensorFlow's signatures, and in `own` those that a file brought along for custom ops."""

    own: Mapping[str, OpSignature] = field(default_factory=dict)

    def get(self, op: str) -> Optional[OpSignature]:
        """The signature of an op type; ``None`` if neither TensorFlow nor the file declares it."""
        known = _known(op)
        return known if known is not None else self.own.get(op)
