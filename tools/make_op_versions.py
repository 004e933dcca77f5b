"""Write src/opscope/check/op_versions.json: which ops are newer than the oldest TensorFlow that opscope supports.

Called with the Python of an environment for each TensorFlow, such as those that `tools/matrix.py` makes:

    python tools/make_op_versions.py .ci-envs/*/bin/python
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Dict, Set, Tuple

TARGET = Path(__file__).parent.parent / "src" / "opscope" / "check" / "op_versions.json"
LIST = """
from __future__ import annotations

import json
import tensorflow as tf
from tensorflow.core.framework import op_def_pb2
from tensorflow.python.client import pywrap_tf_session
ops = op_def_pb2.OpList()
ops.ParseFromString(pywrap_tf_session.TF_GetBuffer(pywrap_tf_session.TF_GetAllOpList()))
print(json.dumps([tf.__version__, [op.name for op in ops.op]]))
"""
BUILD_DEPENDENT = re.compile(r"_|.*(TPU|Tpu|Mkl)|QuantizedConcatV2")
"""Ops that a version has or lacks by how it was built: private ones, those of TPUs, and what oneDNN registers."""


def ops_of(python: str) -> Tuple[Tuple[int, ...], Set[str]]:
    """The version of the TensorFlow that this Python has, as (2, 10), and all its ops."""
    said = subprocess.run([python, "-c", LIST], capture_output=True, text=True, check=True).stdout
    version, ops = json.loads(said.splitlines()[-1])
    return tuple(int(part) for part in version.split(".")[:2]), set(ops)


def main() -> None:
    """Write the table: each version's own new ops, a line each."""
    rows: Dict[Tuple[int, ...], Set[str]] = {}
    for python in sys.argv[1:]:
        version, ops = ops_of(python)
        rows.setdefault(version, set()).update(ops)
    known: Set[str] = set()
    lines = []
    for number, version in enumerate(sorted(rows)):
        new = sorted(op for op in rows[version] - known if not BUILD_DEPENDENT.match(op)) if number else []
        lines.append(f'"{version[0]}.{version[1]}": {json.dumps(" ".join(new))}')
        known |= rows[version]
    TARGET.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
