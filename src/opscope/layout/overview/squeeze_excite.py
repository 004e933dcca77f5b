"""Knows squeeze and excitation by the words of what is multiplied with a tensor: everybody knows it, so it needs no brackets.

``× (global average pool → reshape to (1, 1, 32) → 1×1 conv, 8, SiLU → 1×1 conv, 32, sigmoid)`` is ``squeeze-excite to 8``.
"""

from __future__ import annotations

import re
from typing import Optional, Sequence

SQUEEZES_TO = "squeeze-excite to "
"""How its words begin, before the width that it squeezes to."""
_GAP = "(?:, | \u2192 )"
_WEIGHTED = r"(?:1\u00d71(?:\u00d71)? conv, |Dense )([\d,]+)"
_ACTIVATION = r"(?:ReLU6?|LeakyReLU|PReLU|ELU|GELU|SELU|tanh|SiLU|hard SiLU)"
_GATE = r"(?:sigmoid|hard sigmoid|\+ 3 \u2192 ReLU6 \u2192 \u00d7 0\.1667)"
"""Keras's MobileNetV3 writes the hard sigmoid as arithmetic."""
_SQUEEZED = re.compile(
    rf"global average pool(?:, keeps dimensions)?(?: \u2192 reshape to \([^()]*\))? \u2192 {_WEIGHTED}{_GAP}{_ACTIVATION} \u2192 {_WEIGHTED}{_GAP}{_GATE}"
)


def squeeze_excite(words: Sequence[str]) -> Optional[str]:
    """The name of squeeze and excitation with the width that it squeezes to, if these are the steps by which a tensor is multiplied.

    >>> squeeze_excite(["global average pool", "1\u00d71 conv, 8", "SiLU", "1\u00d71 conv, 32, sigmoid"])
    'squeeze-excite to 8'
    >>> squeeze_excite(["global average pool", "1\u00d71 conv, 8", "BN", "1\u00d71 conv, 32, sigmoid"])
    """
    found = _SQUEEZED.fullmatch(" \u2192 ".join(words))
    return f"{SQUEEZES_TO}{found[1]}" if found else None
