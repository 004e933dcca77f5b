"""The graphs of the pairs of `pair_models`, as they were recorded."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Tuple

import opscope
from opscope.graph.json import from_dict

RECORDED = Path(__file__).parent / "diff" / "recorded" / "pairs.zip"


def recorded(name: str) -> Tuple[opscope.Graph, opscope.Graph]:
    """Both graphs of a pair, as TensorFlow 2.21 traced them."""
    with zipfile.ZipFile(RECORDED) as packed:
        one, two = [from_dict(json.loads(packed.read(f"{name}.{side}.json"))) for side in "ab"]
    return one, two
