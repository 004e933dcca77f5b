"""Write src/opscope/program/opdefs.json: the signatures of TensorFlow's ops, merged over the versions it is run with.

Run once in an environment of each TensorFlow version, oldest first; a later run adds and replaces:

    python tools/make_opdefs.py
"""

import json
from pathlib import Path

from tensorflow.core.framework import op_def_pb2
from tensorflow.python.client import pywrap_tf_session
from tensorflow.python.framework import dtypes

TARGET = Path(__file__).parent.parent / "src" / "opscope" / "program" / "opdefs.json"

FUNCTIONS = ("func", "list(func)")
"""The types of attributes that name functions."""


def all_ops() -> op_def_pb2.OpList:
    """Every op registered in this TensorFlow."""
    ops = op_def_pb2.OpList()
    ops.ParseFromString(pywrap_tf_session.TF_GetBuffer(pywrap_tf_session.TF_GetAllOpList()))
    return ops


def argument(arg) -> str:
    """One argument as `name:type`, with `*number_attr` where repeated and `@type_list_attr` for a list of types."""
    if arg.type_list_attr:
        return f"{arg.name}:@{arg.type_list_attr}"
    kind = f"${arg.type_attr}" if arg.type_attr else dtypes.as_dtype(arg.type).name.replace("_ref", "")
    return f"{arg.name}:{kind}" + (f"*{arg.number_attr}" if arg.number_attr else "")


def default(attr):
    """An attribute's default as a plain value, for those that an argument's type or number can depend on."""
    value = attr.default_value
    if attr.type == "type" and value.type:
        return dtypes.as_dtype(value.type).name
    if attr.type == "int" and value.WhichOneof("value"):
        return value.i
    if attr.type == "list(type)" and value.WhichOneof("value"):
        return [dtypes.as_dtype(kind).name for kind in value.list.type]
    return None


def record(op) -> dict:
    """An op's signature: `i` inputs, `o` outputs, `s` whether stateful, `d` defaults of the attributes used, `f` those that name functions."""
    args = list(op.input_arg) + list(op.output_arg)
    used = {name for arg in args for name in (arg.type_attr, arg.number_attr, arg.type_list_attr) if name}
    defaults = {attr.name: default(attr) for attr in op.attr if attr.name in used}
    result = {"i": " ".join(map(argument, op.input_arg)), "o": " ".join(map(argument, op.output_arg))}
    if op.is_stateful:
        result["s"] = 1
    functions = [attr.name for attr in op.attr if attr.type in FUNCTIONS]
    if functions:
        result["f"] = " ".join(functions)
    kept = {name: value for name, value in defaults.items() if value is not None}
    if kept:
        result["d"] = kept
    return result


def main() -> None:
    """Merge this version's ops into the file."""
    merged = json.loads(TARGET.read_text()) if TARGET.exists() else {}
    merged.update((op.name, record(op)) for op in all_ops().op)
    lines = ",\n".join(
        f"{json.dumps(name)}:{json.dumps(merged[name], sort_keys=True, separators=(',', ':'))}"
        for name in sorted(merged)
    )
    TARGET.write_text("{\n" + lines + "\n}\n")
    print(f"{len(merged)} ops in {TARGET.name}")


if __name__ == "__main__":
    main()
