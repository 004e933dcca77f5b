"""Read thousands of models, a row each: sizes, ops, costs, findings, which are alike; as a page, a table or lines of JSON.

$ opscope survey models/ -o report.html
$ opscope survey 'models/**/*.tflite' -o rows.jsonl -o report.html --drawings overviews/
$ opscope survey s3://bucket/registry -o rows.parquet --jobs 8
$ opscope survey models/ -o report.html --for 2.10 --scheduler tcp://cluster:8786

What is done is not read again by the next survey that writes the same files. Exit code 0, also where single models cannot be read; 1 if none can.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Optional

from ..errors import check_count
from ..suggestions import some_of
from . import answer, staff_options

if TYPE_CHECKING:
    from ..survey.surveying import Progress

NONE_READ = 1


def add(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``opscope survey``."""
    parser.add_argument(
        "sources", metavar="PATTERN", nargs="+",
        help="a folder, in which all models are found, a file, a pattern ('models/**/*.keras'), or an address of a store: s3://bucket/models, memory://x, zip://::models.zip",
    )  # fmt: skip
    parser.add_argument(
        "-o", "--output", metavar="FILE", action="append", required=True,
        help="where to write, may be repeated; the suffix sets the format: .html a report, .jsonl, .csv or .parquet the rows",
    )  # fmt: skip
    parser.add_argument(
        "--drawings", metavar="FOLDER", help="draw the overview of each model into this folder, for the report to link"
    )
    asked = parser.add_argument_group("what is asked about each model")
    asked.add_argument(
        "--for", dest="tensorflow", metavar="VERSION",
        help="the TensorFlow that the models are to run on, such as 2.10: which of them have ops that it lacks",
    )  # fmt: skip
    asked.add_argument("--select", metavar="RULE[,RULE]", help="look for these rules or families only (default: all)")
    asked.add_argument("--ignore", metavar="RULE[,RULE]", help="leave out these rules or families")
    asked.add_argument(
        "--batch", type=int, metavar="N",
        help="the batch size for FLOPs and memory, where a shape begins with None (default: one sample)",
    )  # fmt: skip
    staff_options.add(parser, "model")


def run(options: argparse.Namespace) -> int:
    """Survey, write the files, and say how it went."""
    from ..check.wanted_checks import wanted_checks
    from ..survey.journal import Journal
    from ..survey.model_rows import Asked
    from ..survey.survey_files import journal_path, survey_makers
    from ..survey.surveying import found_models, surveyed

    if options.batch is not None:
        check_count("batch", options.batch)
    staff = staff_options.chosen_staff(options)
    # Before the work, so that a wrong suffix, rule or version is reported at once.
    makers = survey_makers(options.output)
    wanted_checks(select=options.select, ignore=options.ignore, tensorflow=options.tensorflow)
    drawings = _folder(options.drawings)
    asked = Asked(options.select, options.ignore, options.tensorflow, options.batch, drawings is not None)
    with answer.working("looking for models"):
        models = found_models(options.sources)
    journal = Journal(journal_path(options.output))
    with answer.working(f"reading {len(models):,} files") as show:
        rows, progress = surveyed(models, asked, journal, staff, drawings, lambda now: show(_words(now)))
    for path, make in makers:
        with answer.working(f"writing {path}"):
            make(rows, asked, drawings)
        answer.say(path)
    answer.remark(_summary(progress, len(rows)))
    return 0 if any(row["error"] is None for row in rows) or not rows else NONE_READ


def _folder(name: Optional[str]) -> Optional[Path]:
    if name is None:
        return None
    from .output_names import make_folders

    make_folders([str(Path(name) / "x.svg")], [])
    return Path(name)


def _words(progress: "Progress") -> str:
    failed = f", {progress.failed:,} not read" if progress.failed else ""
    return f"{progress.done:,} of {progress.found:,} files looked at{failed}"


def _summary(progress: "Progress", rows: int) -> str:
    parts = [f"{rows:,} models, of which {progress.failed:,} could not be read"]
    if progress.kept:
        parts.append(f"{progress.kept:,} were known and unchanged")
    skipped = sum(progress.skipped.values())
    if skipped:
        kinds = [f"{count:,} {kind}" for kind, count in progress.skipped.most_common() if kind]
        files = "1 other file" if skipped == 1 else f"{skipped:,} other files"
        parts.append(f"{files}{f' ({some_of(kinds)})' if kinds else ''}")
    return "; ".join(parts)
