"""Where the time of a measured model goes: summed over its ops, without any of opscope's drawings, tables or groups' sums."""

from __future__ import annotations

import re
from typing import Dict

import opscope

_OF_UNET = {
    "the way down": r"/(conv2d|batch_normalization|re_lu)(_[1-7])?( |/)|/max_pooling2d",
    "the way up": r"/(conv2d|batch_normalization|re_lu)_1[0-7]\b|/(conv2d_transpose|concatenate|attention_gate)",
    "its last level": r"/(conv2d|batch_normalization|re_lu)_1[67]\b|/(conv2d_transpose|concatenate|attention_gate)_3\b",
}
_OF_RESNET = {f"conv{number}": rf"/conv{number}_" for number in (2, 3, 4, 5)}
_OF_GPT = {
    "blocks": r"/block_",
    "attention": r"/attention\b",
    "MLP": r"/mlp\b",
    "the last matmul": "^gpt BatchMatMulV2",
}

PARTS: Dict[str, Dict[str, str]] = {
    "resnet50": _OF_RESNET,
    "resnet50-wrong": _OF_RESNET,
    "mobilenetv2": {
        "first block": "/expanded_conv_",
        **{f"block_{number}": f"/block_{number}_" for number in (1, 2, 3)},
    },
    "unet": _OF_UNET,
    "unet-wrong": _OF_UNET,
    "gpt": _OF_GPT,
    "gpt-wrong": _OF_GPT,
    "tagger": {"both_ways": "/both_ways", "gated": "/gated"},
    "gan_step": {
        "generator": "/generator",
        "its forward": "^forward/generator",
        "its backward": "^backward/generator",
        "its grow_2": "/grow_2",
        "discriminator": "/discriminator",
    },
}
"""For each measured model, which ops belong to what its answer speaks of: a pattern found in "GROUP TYPE" of an op."""


def shares(graph: opscope.Graph, parts: Dict[str, str]) -> Dict[str, float]:
    """The percentage of the profiled step that each part takes."""
    found = dict.fromkeys(parts, 0.0)
    for op in graph.ops():
        if op.measured and op.measured.time_us:
            for part, pattern in parts.items():
                if re.search(pattern, f"{op.group} {op.type}"):
                    found[part] += op.measured.time_us
    whole = (graph.measurement or {})["profiled_step_time_us"]
    return {part: 100 * time / whole for part, time in found.items()}
