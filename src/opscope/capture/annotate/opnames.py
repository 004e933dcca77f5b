"""Reads the names that TensorFlow gives to the ops and functions of a gradient, to find what was differentiated."""

from __future__ import annotations

import re
from typing import Collection, Dict, Iterable, Mapping, Optional, Sequence

from ...program.body import Body

_TAPE = "gradient_tape/"
"""The scope in which a `tf.GradientTape` makes its ops."""
_SYMBOLIC = re.compile(r"^(?:.*/)?gradients(?:_\d+)?/(.+_grad(?:/.+)?)$")
"""An op that `tf.gradients` made, or TensorFlow for the gradient of a loop: ``gradients_1/dense/MatMul_grad/MatMul``.
A name without ``_grad`` has no forward op's name in it: ``gradients/AddN`` is a sum of gradients, and Keras 2 has ``SGD/gradients/AddN``."""
_MADE = re.compile(r"(?:^|/)(?:gradient_tape|gradients(?:_\d+)?)/")
"""Either of the two, anywhere in a name."""
_GRADIENT_BODY = re.compile(r"^(.+)_grad_\d+(?:_rewritten)?$")
"""The gradient of a loop's or branch's body: ``while_body_71_grad_116``. A body to which TensorFlow added ops that keep
values for the gradient has ``_rewritten`` at the end of its name."""
_BACKWARD_FUNCTION = re.compile(r"^(?:__inference_)?__backward_(.+?)(?:_\d+)*$")
"""The gradient of a `tf.function`: ``__inference___backward_inner_162_180`` is that of ``inner``."""
_FROZEN = re.compile(r"(.+)_frozen_\d+$")
"""A function that `convert_variables_to_constants_v2` made of another one: ``body_frozen_9``."""


def is_gradient(name: str) -> bool:
    """Whether TensorFlow named the op as part of a gradient.

    >>> is_gradient("while/gradient_tape/while/gradients/Mul_grad/Shape"), is_gradient("dense/MatMul")
    (True, False)
    """
    return _MADE.search(name) is not None


def forward_path(name: str) -> Optional[str]:
    """The path that a gradient op's name has of its forward op; ``None`` for a name that tells nothing.

    It is the forward op's name with or without more behind it, or only its scopes; `group_of_path` takes any of these.

    >>> forward_path("gradient_tape/model/dense/MatMul/MatMul_1"), forward_path("gradients/dense/MatMul_grad/MatMul")
    ('model/dense/MatMul', 'dense/MatMul/MatMul')
    >>> forward_path("gradients/AddN") is None  # a sum of gradients, whatever op of the forward pass is called AddN
    True
    """
    match = _SYMBOLIC.match(name)
    if match:
        return re.sub(r"_grad(?=/|$)", "", match.group(1))
    return name.rpartition(_TAPE)[2].rpartition("/")[0] if _TAPE in name else None


def groups_by_name(body: Body, of: Sequence[int], without: Collection[int]) -> Dict[str, int]:
    """The group of each op by its name, and of each scope by the scope's name: that of its first op which has a group.

    The rows in `without` are left out.
    """
    groups: Dict[str, int] = {}
    for row, name in enumerate(body.names):
        if row in without:
            continue
        groups[name] = of[row]
        if of[row] >= 0:
            groups.setdefault(name.rpartition("/")[0], of[row])
    return groups


def group_of_path(path: str, groups: Mapping[str, int]) -> Optional[int]:
    """The group of the op or scope `path`, else of the next scope around it that `groups` has; ``None`` if it has none."""
    while path:
        if path in groups:
            return groups[path]
        path = path.rpartition("/")[0]
    return None


def forward_function(name: str, functions: Iterable[str]) -> Optional[str]:
    """The function that the gradient function called `name` differentiates; ``None`` if the name is not a gradient's.

    >>> forward_function("while_body_71_grad_116", ["while_body_71_rewritten", "while_cond_70"])
    'while_body_71_rewritten'
    >>> forward_function("__inference___backward_inner_162_180", ["__forward_inner_179"])
    '__forward_inner_179'
    """
    match = _GRADIENT_BODY.match(name)
    if match:
        body = match.group(1)
        return next((other for other in functions if other in (f"{body}_rewritten", body)), None)
    match = _BACKWARD_FUNCTION.match(name)
    if match:
        forward = re.compile(rf"^__forward_{re.escape(match.group(1))}_\d+$")
        return next((other for other in functions if forward.match(other)), None)
    return None


def before_freezing(name: str, functions: Iterable[str]) -> Sequence[str]:
    """The functions that freezing may have made the function called `name` from.

    >>> before_freezing("body_frozen_9", ["body_4", "body_4_rewritten", "cond_3"])
    ['body_4', 'body_4_rewritten']
    """
    frozen = _FROZEN.match(name)
    if frozen is None:
        return []
    alike = re.compile(re.escape(frozen.group(1)) + r"(_\d+)*(_rewritten)?$")
    return [other for other in functions if alike.match(other)]
