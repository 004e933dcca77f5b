"""What was recorded about a trace -> groups, source lines and variables in every body of its program.

In reading order: `site` puts the notes beside the rows of a body; `call_groups` makes groups of the recorded calls, `phases`
finds the parts of a training step, `namescopes` adds the scopes, `mirror` (with `gradients`) the groups under backward,
`optimizer` those of the variables; `body_groups` does all this for one body, `annotated` for all.
"""

from __future__ import annotations

from .annotated import annotated
from .call_groups import Describer

__all__ = ["Describer", "annotated"]
