"""A loop written down in a few words, for tests that need another one than ``for i in range(n)``."""

from __future__ import annotations

from graphs import literal

COUNT = [("next", "AddV2", "v0", 1)]
"""The body of ``i += 1``; its result is ``next``."""
BOOLEAN = frozenset("Less LessEqual Greater GreaterEqual Equal NotEqual LogicalAnd LogicalOr LogicalNot".split())


def constant(name, value):
    """A scalar; its type is that of the Python number."""
    dtype = {bool: "bool", int: "int32", float: "float32"}[type(value)]
    return name, "Const", (), [(dtype, ())], {"value": {"shape": [], "values": [value]}}


def part(prefix, start, ops, results):
    """The ops of a condition or body: variables are v0, v1, ...; an input that is a number becomes a constant."""
    made = [
        (f"{prefix}/v{k}", "_Arg", [f"start{k}"], [(dtype, ())], {"index": k}) for k, dtype in enumerate(dtypes(start))
    ]
    for name, op, *given in ops:
        kind = "bool" if op in BOOLEAN else "int32"
        if isinstance(given[-1], str) and given[-1].startswith("="):  # the type of the result
            kind = given.pop()[1:]
        names = []
        for place, one in enumerate(given):
            if isinstance(one, str):
                names.append(f"{prefix}/{one}")
            else:
                names.append(f"{prefix}/{name}.{place}")
                made.append(constant(names[-1], one))
        made.append((f"{prefix}/{name}", op, names, [(kind, ())]))
    return made + [
        (f"{prefix}/result{k}", "_Retval", [f"{prefix}/{name}"], [], {"index": k}) for k, name in enumerate(results)
    ]


def dtypes(start):
    return [{bool: "bool", int: "int32", float: "float32"}.get(type(value), "int32") for value in start]


def while_loop(start, cond, body, results, *, more=(), loop="While"):
    """``(v0, v1, ...) = start; while cond: (v0, v1, ...) = results``. A start that is ``None`` is fed.

    `cond` and `body` are ops ``(name, op, input, ...)``; the last of `cond` is the condition.
    """
    before = [
        (f"start{k}", "Placeholder", (), [("int32", ())]) if value is None else constant(f"start{k}", value)
        for k, value in enumerate(start)
    ]
    before.append(("w", loop, [f"start{k}" for k in range(len(start))], [(dtype, ()) for dtype in dtypes(start)]))
    condition = part("w/cond", start, cond, [cond[-1][0]])
    turn = part("w/body", start, body, results)
    groups = [("w", -1, "while", "w"), ("w/cond", 0, "cond", "w"), ("w/body", 0, "body", "w")]
    places = [-1] * len(before) + [1] * len(condition) + [2] * len(turn) + [-1] * len(more)
    return literal(*before, *condition, *turn, *more, groups=groups, places=places)
