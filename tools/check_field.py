"""Checks models that the rules' authors did not write, for false alarms: `python tools/check_field.py [NAMES...]`.

Prints each finding of severity warning or worse, and for each model how many there are; a name may be the start of several
(`transformers-`), and all are checked by default; `--only forward` leaves training steps out. What is found is judged by a reader, and kept in docs/checks/field.md. What a
library needs and is not here leaves its models out: one environment does not hold all of them.
"""

from __future__ import annotations

import argparse
import gc
from collections import Counter
from typing import TYPE_CHECKING, Optional

import tensorflow as tf
from field import (
    applications,
    hub_models,
    keras_parts,
    own,
    sonnet_models,
    spektral_models,
    tfp_models,
    transformers_models,
    tutorials,
)
from legibility.case import AbsentError

import opscope

if TYPE_CHECKING:
    from field.subject import Models, Subject

MODELS: Models = {
    **applications.MODELS,
    **keras_parts.MODELS,
    **own.MODELS,
    **tutorials.MODELS,
    **transformers_models.MODELS,
    **hub_models.MODELS,
    **sonnet_models.MODELS,
    **tfp_models.MODELS,
    **spektral_models.MODELS,
}


def report(name: str, only: Optional[str] = None) -> int:
    """Print what is found in one model, and count what a reader has to judge.

    Args:
        name: One of `MODELS`.
        only: What of it is checked, such as ``"forward"``; by default all.
    """
    judged = 0
    try:
        for subject in MODELS[name]():
            if only not in (None, subject.what):
                continue
            judged += _checked(f"{name} {subject.what}", subject)
    except AbsentError as error:
        print(f"{name}: {error}", flush=True)
    return judged


def _checked(name: str, subject: Subject) -> int:
    try:
        findings = opscope.check(subject.target, *subject.inputs, **subject.options)
    except opscope.OpscopeError as error:
        print(f"{name}: {error}", flush=True)
        return 0
    serious = findings.at_least("warning")
    notes = Counter(each.rule for each in findings if each.severity == "note")
    print(f"{name}: {len(serious)} to judge; notes: {dict(notes) or 'none'}", flush=True)
    for each in serious:
        print(f"    {each}", flush=True)
    return len(serious)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(MODELS))
    parser.add_argument("--only", metavar="WHAT", help="what of each model is checked: forward, train, ...")
    options = parser.parse_args()
    asked = options.names
    chosen = [name for name in MODELS if not asked or any(name.startswith(start) for start in asked)]
    unknown = [start for start in asked if not any(name.startswith(start) for name in MODELS)]
    if unknown:
        parser.error(f"no model is called {', '.join(sorted(unknown))}; there are {', '.join(MODELS)}")
    total = 0
    for name in chosen:
        tf.keras.backend.clear_session()
        gc.collect()
        total += report(name, options.only)
    print(f"{total} findings to judge in {len(chosen)} models")


if __name__ == "__main__":
    main()
