"""Peaks of a machine in round numbers, for figures of the roofline that are worked out by hand: 100 GFLOP/s and 10 GB/s."""

from __future__ import annotations

PEAKS = {
    "threads": 2, "device": "CPU", "bytes_per_s": {"peak": 1e10, "median": 9e9, "spread": 1e8, "runs": 9},
    "flops_per_s": {"float32": {"peak": 1e11, "median": 9e10, "spread": 1e9, "runs": 9}},
}  # fmt: skip
