"""What a file says apart from its ops (tags, versions, signatures, sizes), as plain values for `Graph.facts`."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from ..graph.facts import ConstantFacts, Facts, SignatureFacts, TensorFacts
from ..program.decoding import Inferred
from ..program.opdefs import OpSignatures
from ..program.output_types import shape_of
from ..program.program import Program
from ..program.proto import dtype_name
from .archives.packed_path import FilePlace
from .choose import tensor_names

_MOST_NAMES = 1000
"""How many signatures, inputs, functions, ... are listed; a hostile file may have millions."""


def of_meta(meta: Any) -> Facts:
    """What a MetaGraphDef says of itself. Its assets are listed by name; their files are not opened."""
    info = meta.meta_info_def
    return {
        "tags": sorted(info.tags),
        "tensorflow": info.tensorflow_version or None,
        "producer": meta.graph_def.versions.producer,
        "signatures": {name: _signature(meta.signature_def[name]) for name in sorted(meta.signature_def)[:_MOST_NAMES]},
        "assets": [asset.filename[:200] for asset in meta.asset_file_def[:_MOST_NAMES]],
        "custom_ops": _custom_ops(meta),
    }


def _custom_ops(meta: Any) -> List[str]:
    """The op types that the file declares and TensorFlow does not have."""
    known = OpSignatures()
    return sorted(op.name for op in meta.meta_info_def.stripped_op_list.op if known.get(op.name) is None)[:_MOST_NAMES]


def _signature(signature: Any) -> SignatureFacts:
    return {
        "method": signature.method_name,
        "inputs": {name: _tensor(signature.inputs[name]) for name in sorted(signature.inputs)[:_MOST_NAMES]},
        "outputs": {name: _tensor(signature.outputs[name]) for name in sorted(signature.outputs)[:_MOST_NAMES]},
    }


def _tensor(info: Any) -> TensorFacts:
    """What a TensorInfo says; ``tensor`` is a list of names where several tensors are one value (a sparse tensor, say)."""
    shape = shape_of(info.tensor_shape)
    names = tensor_names(info)
    return {
        "dtype": dtype_name(info.dtype),
        "shape": None if shape is None else list(shape),
        "tensor": names[0] if len(names) == 1 else names,
    }


def sizes(file: FilePlace, folder: Optional[FilePlace]) -> Facts:
    """How many bytes the file has and, for a SavedModel's folder, the files with the variables."""
    found: Facts = {"graph_bytes": file.stat().st_size}
    if folder is not None:
        variables = folder / "variables"
        parts = (
            [each for each in variables.iterdir() if each.name.startswith("variables")] if variables.is_dir() else []
        )
        found["variables_bytes"] = sum(part.stat().st_size for part in parts if part.is_file())
    return found


def functions(program: Program) -> Dict[str, int]:
    """Each function that the shown part calls, directly or through others, and how many ops it has."""
    names = sorted(program.functions)[:_MOST_NAMES]
    return {name: len(program.functions[name]) for name in names}


def constants(program: Program) -> ConstantFacts:
    """How many constants the shown part has and how many bytes they take in the file. A function counts once."""
    # Counted in the bodies, not in the expanded graph: a function's constants are in the file once, however often it is
    # called.
    raws = [
        body.raw_attrs[row]
        for body in (program.main, *program.functions.values())
        for row, op in enumerate(body.ops)
        if op == "Const"
    ]
    # Equal constants may share one message here, which is measured once. The file has the bytes of each of them.
    lengths = {id(raw): _value_bytes(raw) for raw in {id(raw): raw for raw in raws}.values()}
    return {"count": len(raws), "bytes": sum(lengths[id(raw)] for raw in raws)}


def _value_bytes(raw: Any) -> int:
    """The bytes of a constant's TensorProto."""
    attr = (raw.node if isinstance(raw, Inferred) else raw).attr
    return int(attr["value"].ByteSize()) if "value" in attr else 0


def inferred(program: Program) -> int:
    """How many ops of the shown part have a shape that the file lacks and opscope inferred. A function counts once."""
    bodies = (program.main, *program.functions.values())
    return sum(1 for body in bodies for raw in body.raw_attrs if isinstance(raw, Inferred))
