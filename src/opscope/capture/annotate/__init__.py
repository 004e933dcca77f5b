"""Gives every body of a traced program its groups, source lines and variables, from what was recorded during the trace.

In reading order: `site` matches the notes with the rows of a body. `call_groups` makes groups of the recorded calls.
`phases` finds the parts of a training step. `namescopes` adds groups for name scopes. `mirror` makes the groups under
backward, with the help of `gradients`, and `optimizer` those of the optimizer. `body_groups` does all this for one body,
`annotated` for the whole program.
"""

from __future__ import annotations

from .annotated import annotated
from .call_groups import Describer

__all__ = ["Describer", "annotated"]
