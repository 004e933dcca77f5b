"""The command's part of docs/api.md: each verb with its options."""

from __future__ import annotations

import argparse
from typing import Dict, Iterator, List, Tuple

from opscope.cli import _parser

TITLES = {"positional arguments": "the source", "optional arguments": "options"}
"""What argparse calls its own two groups; the second was named so before Python 3.10."""


def command() -> Iterator[str]:
    """Each verb with its options, grouped and explained as `--help` does; groups that several verbs share come last."""
    verbs = _verbs()
    users: Dict[Tuple[str, ...], List[str]] = {}
    for verb, parser in verbs.items():
        for group in _groups(parser):
            users.setdefault(group, []).append(verb)
    yield f"Each command takes `--help`: {', '.join(f'[`opscope {verb}`](#opscope-{verb})' for verb in verbs)}.\n"
    for verb, parser in verbs.items():
        text, _, examples = (parser.description or "").partition("\n\n")
        yield f"### `opscope {verb}`\n\n{text}\n\n```sh\n{examples.replace('$ ', '').strip()}\n```\n"
        for group in _groups(parser):
            if len(users[group]) == 1:
                yield from group
        shared = [_small(group[0]) for group in _groups(parser) if len(users[group]) > 1]
        if shared:
            yield f"And, [below](#options-of-several-commands): {'; '.join(shared)}.\n"
    yield "### Options of several commands\n"
    for (title, *options), several in users.items():
        if len(several) > 1:
            yield from (f"**{title.rstrip(':')}** ({', '.join(several)}):", *options)


def _small(title: str) -> str:
    return f"{title[:1].lower()}{title[1:].rstrip(':')}"


def _verbs() -> "Dict[str, argparse.ArgumentParser]":
    # argparse tells nobody its sub-parsers and groups; a reference made of them needs no parsing of formatted help.
    every = next(each for each in _parser()._actions if isinstance(each, argparse._SubParsersAction))  # noqa: SLF001
    return every.choices


def _groups(parser: argparse.ArgumentParser) -> "List[Tuple[str, ...]]":
    """The lines of each group of options."""
    found = []
    for group in parser._action_groups:  # noqa: SLF001  (see _verbs)
        options = [_option(each, parser.prog) for each in group._group_actions if each.dest != "help"]  # noqa: SLF001
        if options:
            title = TITLES.get(str(group.title), str(group.title))
            found.append((f"{title[:1].upper()}{title[1:]}:", "", *options, ""))
    return found


def _option(action: argparse.Action, prog: str) -> str:
    choices = "{" + ",".join(map(str, action.choices)) + "}" if action.choices else action.dest.upper()
    value = "" if action.nargs == 0 else str(action.metavar or choices)
    names = [f"`{f'{option} {value}'.strip()}`" for option in action.option_strings] or [f"`{value}`"]
    needed = " (needed)" if action.required and action.option_strings else ""
    return f"- {', '.join(names)}{needed}: {(action.help or '') % {'prog': prog, 'default': action.default}}"
