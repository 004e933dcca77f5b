"""Run a model, measure every op, and print or draw where time and memory go.

$ opscope profile tagger.py:model --input 8,40,32 -o tagger.svg
$ opscope profile saved_model/ --input 8,40,32
$ opscope profile tagger.py:model --input 8,40,32 --runs 5 -o before.json
$ opscope profile train.py:model --step train --input 8,32 --input 8 -o step.html -o step.json
$ opscope profile tagger.py:model --input 8,40,32 --executed -o tagger.json -o ran.svg
$ opscope profile step.pb --logdir logs/ -o step.html
$ opscope profile step.pb --logdir logs/ --jobs 8 -o step.html
"""

from __future__ import annotations

import argparse
from typing import Any, Dict

from ..errors import InputError, check_count
from ..load.given_path import is_there, refuse_python
from ..render import heeded
from ..render.registry import outputs, suffix_of
from ..render.report.text import IN_COMMAND, text
from ..render.save import save_one
from . import answer, drawing, executed_option, source, staff_options


def add(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``opscope profile``."""
    source.add_live(parser, "a SavedModel folder, or a live model as module:attribute or file.py:attribute")
    parser.add_argument(
        "--signature",
        metavar="NAME",
        help="which signature of a SavedModel to run (default: serving_default, or the only one)",
    )
    run = parser.add_argument_group("running")
    run.add_argument("--steps", type=int, default=10, help="steps to measure with the profiler (default: 10)")
    run.add_argument("--warmup", type=int, default=2, help="steps to run before measuring (default: 2)")
    run.add_argument(
        "--runs",
        type=int,
        default=1,
        help="processes to measure in, one after another; of several (5, say), errors are those between runs, by which two profiles can be compared (default: 1)",
    )
    run.add_argument("--batch", type=int, default=1, help="batch size where a shape begins with None (default: 1)")
    run.add_argument(
        "--trace-level", type=int, choices=(3, 2), default=3,
        help="3 measures every op; 2 leaves out cheap ones, and slows down loops of small ops less (default: 3)",
    )  # fmt: skip
    executed_option.add(
        run,
        "also find out what TensorFlow made of the ops before it ran them, and draw that; a .json and a page get both",
    )
    run.add_argument(
        "--roofline", action="store_true",
        help="measure what the machine can do at most, and say what is bound by arithmetic, by memory or by overhead",
    )  # fmt: skip
    past = parser.add_argument_group("instead of running: a profile that TensorFlow wrote")
    past.add_argument(
        "--logdir",
        metavar="DIR",
        help="a log directory of TensorBoard; SOURCE is the graph that ran then: a model file, a log with its graph, or a live model",
    )
    past.add_argument(
        "--run", dest="log_run", metavar="RUN", help="which profile of DIR, by its folder's name (default: the newest)"
    )
    staff_options.add(parser, "host's profile", "reads the profiles of --logdir, if there are several hosts")
    parser.add_argument(
        "-o", "--output", metavar="FILE", action="append", default=[],
        help=f"file to write, may be repeated; its suffix sets the format: {' '.join(outputs())}; without any, a summary is printed",
    )  # fmt: skip
    parser.add_argument("--full", action="store_true", help="list every layer in the summary, also those that repeat")
    drawing.add(parser)


def run(options: argparse.Namespace) -> None:
    """Measure the model, then write all files that are asked for, or else print the summary."""
    from ..profile.measure import profile, with_machine_peaks
    from ..profile.runs.fresh_runs import profile_runs

    drawn = drawing.chosen(options)
    if options.output and options.full:
        raise InputError("--full is for the summary, which is not printed with -o; leave one of them out")
    # Before the long run, so that a wrong suffix or an option that changes nothing is reported at once.
    heeded.require_heeded(drawn, [suffix_of(path) for path in options.output])
    refuse_python(options.source)
    file = is_there(options.source)
    _refuse(options, file=file)
    if options.executed and (options.logdir is not None or options.runs > 1):
        other = "--logdir" if options.logdir is not None else f"--runs {options.runs}"
        raise InputError(f"--executed is for a run in this process, not for {other}; leave one of them out")
    if options.log_run is not None and options.logdir is None:
        raise InputError("--run chooses a profile of --logdir; give that too, or leave it out")
    staff = _staff(options)
    positional, named = source.inputs(options)
    wanted = {
        "steps": options.steps, "warmup": options.warmup, "batch": options.batch, "training": options.training, "step": options.step,
        "signature": options.signature, "trace_level": options.trace_level, "executed": options.executed, **named,
    }  # fmt: skip
    work = f"measuring {options.source}"
    if options.logdir is not None:
        wanted.update(logdir=options.logdir, run=options.log_run, runs=options.runs, **staff)
    with answer.working(work) as now:
        check_count("runs", options.runs)
        if options.runs > 1 and options.logdir is None:
            graph = profile_runs(
                options.source, tuple(positional), wanted, options.runs,
                begun=lambda number: now(f"{work}, run {number} of {options.runs}"),
            )  # fmt: skip
            graph = with_machine_peaks(graph) if options.roofline else graph
        else:
            wanted["roofline"] = options.roofline
            # A path is loaded by `profile` itself: it needs the SavedModel alive, not its graph.
            graph = profile(options.source if file else source.target(options), *positional, **wanted)
    for path in options.output:
        with answer.working(f"drawing {path}"):
            both = suffix_of(path) == ".json"
            written = save_one(graph, path, drawn, executed=options.executed and not both)
        answer.say(str(written))
    if not options.output:
        answer.say(text(graph, full=options.full, width=answer.terminal_width(), remedy=IN_COMMAND))


def _staff(options: argparse.Namespace) -> Dict[str, Any]:
    """Who reads the profiles of several hosts, as `opscope.profile` takes it; nothing if nobody was asked to."""
    staff = staff_options.chosen_staff(options)
    if options.logdir is None and (staff.jobs is not None or staff.scheduler is not None):
        given = "--jobs" if staff.jobs is not None else "--scheduler"
        raise InputError(f"{given} is for the profiles of several hosts in --logdir; give that too, or leave it out")
    return {"jobs": staff.jobs, "scheduler": staff.scheduler, "memory": staff.memory, "time_limit": staff.seconds}


def _refuse(options: argparse.Namespace, *, file: bool) -> None:
    """`InputError` for an option that only applies to the other kind of SOURCE: a file or a live model."""
    given = [name for name in (("training", "step") if file else ("signature",)) if getattr(options, name)]
    if given:
        what = "live models, and {} is a file" if file else "SavedModels, and there is no file {}"
        raise InputError(f"--{given[0]} applies only to {what.format(options.source)}; leave it out")
