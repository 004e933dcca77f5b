"""Run a model on the real executor, measure every op, and print or draw where time and memory go.

$ opscope profile tagger.py:model --input 8,40,32 -o tagger.svg
$ opscope profile saved_model/ --input 8,40,32
$ opscope profile train.py:model --step train --input 8,32 --input 8 -o step.html -o step.json
"""

from __future__ import annotations

import argparse
from pathlib import Path

from ..errors import InputError
from ..render.registry import output_for, outputs
from ..render.report.text import text
from ..render.save import save
from . import answer, drawing, source


def add(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``opscope profile``."""
    source.add_live(parser, "a SavedModel's folder, module:attribute or file.py:attribute")
    parser.add_argument("--signature", metavar="NAME", help="a SavedModel's (serving_default, or the only one)")
    run = parser.add_argument_group("running")
    run.add_argument("--steps", type=int, default=10, help="how many steps are measured (10)")
    run.add_argument("--warmup", type=int, default=2, help="how many steps run before (2)")
    run.add_argument("--batch", type=int, default=1, help="what None stands for in front of a shape (1)")
    parser.add_argument(
        "-o", "--output", metavar="FILE", action="append", default=[],
        help=f"where to write, once for each file; the suffix says what: {' '.join(outputs())}; else a summary is printed",
    )  # fmt: skip
    drawing.add(parser)


def run(options: argparse.Namespace) -> None:
    """Measure, then write every file that is asked for, or print the summary."""
    from ..profile.measure import profile

    for path in options.output:
        output_for(Path(path).suffix)
    drawn = drawing.chosen(options)
    source.refuse_python(options.source)
    file = source.is_there(options.source)
    _refuse(options, file=file)
    positional, named = source.inputs(options)
    with answer.working(f"measuring {options.source}"):
        graph = profile(
            options.source if file else source.target(options), *positional, steps=options.steps,
            warmup=options.warmup, batch=options.batch, training=options.training, step=options.step,
            signature=options.signature, **named,
        )  # fmt: skip
    for path in options.output:
        with answer.working(f"drawing {path}"):
            written = save(graph, path, drawn)
        answer.say(str(written))
    if not options.output:
        answer.say(text(graph, width=answer.terminal_width()))


def _refuse(options: argparse.Namespace, *, file: bool) -> None:
    """`InputError` for options of the other kind of source."""
    given = [name for name in (("training", "step") if file else ("signature",)) if getattr(options, name)]
    if given:
        what = "live models" if file else "SavedModels"
        raise InputError(f"--{given[0]} is for {what}, and {options.source} is none; leave it out")
