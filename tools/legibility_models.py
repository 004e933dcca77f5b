"""Makes the graphs of the legibility trial (docs/legibility.md): `python tools/legibility_models.py OUT [NAMES...]`.

Writes OUT/NAME.json for each model, and OUT/plot_model/NAME.png where `keras.utils.plot_model` makes a picture. What a model needs
and is not here (files of others, `transformers`) leaves it out, with a line that says so.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any, Dict, Iterator

import tensorflow as tf
from legibility import files, images, language, recurrent, steps
from legibility.case import AbsentError, Case, Live

CASES: Dict[str, Case] = {**images.CASES, **language.CASES, **recurrent.CASES, **steps.CASES, **files.CASES}


def write(name: str, out: Path) -> Iterator[str]:
    """Make one model's files, and tell of them."""
    case = CASES[name]
    tf.keras.backend.clear_session()  # numbers in names, such as conv2d_7, count from 1 whatever was made before
    live = case.make()
    graph = case.graph(live)
    path = graph.save(out / f"{name}.json")
    yield f"{path.name}: {len(graph):,} ops"
    yield plot(live, out / "plot_model" / f"{name}.png")


def plot(live: Live, path: Path) -> str:
    """What users have otherwise: the picture of Keras itself, of the model as it is after the trace has built it."""
    owners = [module for module in map(sys.modules.get, ("keras", "tf_keras")) if module]
    drawn_by = [keras for keras in owners if isinstance(live.target, keras.Model)]
    if not drawn_by:
        return f"no plot_model/{path.name}: plot_model draws Keras models only"
    path.parent.mkdir(parents=True, exist_ok=True)
    # All that it can show; Graphviz breaks at so many words for some models, and then what it shows by default.
    for options in ({"show_shapes": True, "expand_nested": True, "show_layer_activations": True}, {}):
        try:
            drawn_by[0].utils.plot_model(live.target, path, **options)
        except AssertionError:
            continue
        return f"plot_model/{path.name} with {', '.join(options) or 'the defaults'}"
    return f"no plot_model/{path.name}: Graphviz breaks at it"


def main() -> Any:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(CASES))
    chosen = parser.parse_args()
    unknown = set(chosen.names) - set(CASES)
    if unknown:
        parser.error(f"no model is called {', '.join(sorted(unknown))}; there are {', '.join(CASES)}")
    chosen.out.mkdir(parents=True, exist_ok=True)
    for name in chosen.names or CASES:
        try:
            for line in write(name, chosen.out):
                print(line, flush=True)
        except AbsentError as reason:
            print(f"{name} is left out: {reason}", flush=True)


if __name__ == "__main__":
    main()
