"""Checks models that the rules' authors did not write, for false alarms: `python tools/check_field.py [NAMES...]`.

Prints each finding of severity warning or worse, and for each model how many there are; all of keras.applications by default, each
as a forward pass and as its compiled training step. What is found is judged by a reader, and kept in docs/checks/field.md. What a
library needs and is not here leaves its models out, with a line that says so.
"""

from __future__ import annotations

import argparse
import gc
import inspect
from typing import Any, Callable, Dict, Iterator, Tuple

import tensorflow as tf

import opscope

Subject = Tuple[Any, Tuple[Any, ...], Dict[str, Any]]
"""What `opscope.check` is called with: target, inputs, options."""


def applications() -> "Dict[str, Callable[[], Iterator[Tuple[str, Subject]]]]":
    """Name of each model of keras.applications -> its forward pass and its training step."""
    makers = {
        name: value
        for name, value in vars(tf.keras.applications).items()
        if callable(value) and "weights" in inspect.signature(value).parameters
    }
    return {name: _both(maker) for name, maker in sorted(makers.items())}


def _both(maker: Callable[..., Any]) -> "Callable[[], Iterator[Tuple[str, Subject]]]":
    def made() -> "Iterator[Tuple[str, Subject]]":
        model = maker(weights=None)
        size = model.input_shape[1:]
        yield "forward", (model, ((None, *size),), {})
        model.compile("adam", tf.keras.losses.SparseCategoricalCrossentropy(), metrics=["accuracy"])
        yield "train", (model, (tf.zeros((2, *size)), tf.zeros((2,), tf.int64)), {"step": "train"})

    return made


def report(name: str, made: "Callable[[], Iterator[Tuple[str, Subject]]]") -> int:
    """Print what is found in one model, and count what a reader has to judge."""
    judged = 0
    for what, (target, inputs, options) in made():
        try:
            findings = opscope.check(target, *inputs, **options)
        except opscope.OpscopeError as error:
            print(f"{name} {what}: {error}")
            continue
        serious = findings.at_least("warning")
        judged += len(serious)
        notes: Dict[str, int] = {}
        for each in findings:
            if each.severity == "note":
                notes[each.rule] = notes.get(each.rule, 0) + 1
        print(f"{name} {what}: {len(serious)} to judge; notes: {notes or 'none'}", flush=True)
        for each in serious:
            print(f"    {each}", flush=True)
    return judged


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    known = applications()
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(known))
    chosen = parser.parse_args().names or list(known)
    unknown = set(chosen) - set(known)
    if unknown:
        parser.error(f"no model is called {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    total = 0
    for name in chosen:
        tf.keras.backend.clear_session()
        gc.collect()
        total += report(name, known[name])
    print(f"{total} findings to judge in {len(chosen)} models")


if __name__ == "__main__":
    main()
