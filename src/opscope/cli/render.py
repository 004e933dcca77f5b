"""Write a picture, DOT, JSON or text of a model, or of many.

$ opscope render tagger.py:model --input None,40,32 -o tagger.svg
$ opscope render graph.pb -o graph.png --depth 2
$ opscope render models/*.pb -o drawn/ --format svg --format html
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import List, Sequence

from ..errors import InputError
from ..render import heeded
from ..render.options import Options
from ..render.registry import outputs, suffix_of
from ..render.save import save_one
from . import answer, drawing, executed_option, many_sources, output_names, source

_DEFAULT = ".svg"
"""What is written into a folder if no format is given."""


def add(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``opscope render``."""
    source.add_several(parser)
    parser.add_argument(
        "-o", "--output", metavar="FILE", action="append", required=True,
        help=f"file to write, may be repeated; its suffix sets the format: {' '.join(outputs())}; or a folder, such as drawn/, where each source "
        "gets a file of its name",
    )  # fmt: skip
    parser.add_argument(
        "--format", action="append", choices=tuple(suffix[1:] for suffix in outputs()),
        help="what to write into a folder, may be repeated (default: svg)",
    )  # fmt: skip
    many_sources.add_jobs(parser)
    executed_option.add(parser)
    drawing.add(parser)


def run(options: argparse.Namespace) -> int:
    """Write all files that are asked for, and print their paths."""
    drawn = drawing.chosen(options)
    sources = many_sources.given(options)
    paths = _paths(options, sources)
    # Before the long trace, so that a wrong suffix or an option that changes nothing is reported at once.
    heeded.require_heeded(drawn, list(dict.fromkeys(suffix_of(path) for each in paths for path in each)))
    if any(map(output_names.is_folder, options.output)):
        output_names.make_folders([path for each in paths for path in each], sources)
    works = [
        many_sources.one_of(options, each, output=files, format=None, jobs=options.jobs)
        for each, files in zip(sources, paths)
    ]
    if len(works) == 1:
        _render(works[0], drawn)
        return 0
    from .each_source import run_each

    codes = run_each(works, lambda _, each: answer.say(each.out), in_order=False)
    return int(any(codes))


def _paths(options: argparse.Namespace, sources: Sequence[str]) -> List[List[str]]:
    """The files of each source.

    Raises:
        InputError: several sources have one file, or a format is given and no folder.
    """
    folders = [each for each in options.output if output_names.is_folder(each)]
    files = [each for each in options.output if each not in folders]
    if options.format and not folders:
        raise InputError(
            "--format is for a folder; leave it out, since the suffix of a file sets its format, or give -o DIR/"
        )
    if len(sources) > 1 and files:
        raise InputError(
            f"{len(sources)} sources cannot be drawn in one file, {files[0]}; give a folder: -o {Path(files[0]).stem}/"
        )
    suffixes = list(dict.fromkeys(f".{each}" for each in options.format or ())) or [_DEFAULT]
    names = output_names.file_names(sources) if folders else []
    inside = [[path for folder in folders for path in output_names.in_folder(folder, name, suffixes)] for name in names]
    return [[*files, *each] for each in inside] if folders else [files]


def _render(options: argparse.Namespace, drawn: Options) -> None:
    graph = source.graph(options)
    executed_option.ran_or_written(graph, options)  # before the first file, if that is not known
    for path in options.output:
        with answer.working(f"drawing {path}"):
            written = save_one(graph, path, drawn, executed=options.executed)
        answer.say(str(written))
