"""How lines begin that TensorFlow logs in passing."""

from __future__ import annotations

LOG_HINT = r"[IW]\d{4} |\d{4}-\d\d-\d\d .*: [IW] |WARNING: "
"""A regular expression: of information and warnings, before and after 2.20."""
