"""Comments in the user's source that silence a rule on their line: ``# opscope: ignore[rule] reason``, of several ``ignore[rule1,rule2]``.

Only files that this process ran while it traced the graph are read (`TracedFiles`). A graph that was loaded names files too, but a
stranger may have chosen the names.
"""

from __future__ import annotations

import io
import re
import tokenize
from contextlib import suppress
from typing import Dict, Iterator, List, NamedTuple, Optional, Sequence, Set, Tuple

from ..graph.code_lines import code_lines
from ..graph.content import content_of, traced_files
from ..graph.graph import Graph
from ..graph.types import Source
from .hit import Finding

_MARK = "opscope:"
_COMMENT = re.compile(r"#\s*opscope:\s*ignore\b\s*(?:\[(?P<rules>[^\]]*)\])?")


class IgnoreComment(NamedTuple):
    """One comment. It stands for the whole statement that it is in, over all its lines, since a formatter may move it among them."""

    file: str
    """As `Source.file` has it."""
    line: int
    first: int
    """The first line of the statement."""
    last: int
    rules: Tuple[str, ...]
    """The names between the brackets; none if there are no brackets."""

    @property
    def source(self) -> Source:
        """The comment's own line."""
        return Source(self.file, self.line, "")


class IgnoreComments:
    """The comments of a graph's source files. It remembers which of them have silenced something."""

    def __init__(self, comments: Sequence[IgnoreComment], lines: Set[Tuple[str, int]]) -> None:
        self.comments = tuple(comments)
        self._lines = lines
        """The lines of these files that have made ops."""
        self._done: Set[str] = set()
        """The rules that were looked for."""
        self._used: Set[Tuple[IgnoreComment, str]] = set()
        self._at: Dict[Tuple[str, int], List[IgnoreComment]] = {}
        for comment in self.comments:
            for line in range(comment.first, comment.last + 1):
                self._at.setdefault((comment.file, line), []).append(comment)

    def silences(self, finding: Finding) -> bool:
        """Whether a comment on the finding's line names its rule."""
        place = finding.source
        at = () if place is None else self._at.get((place.file, place.line), ())
        found = [comment for comment in at if finding.rule in comment.rules]
        self._used.update((comment, finding.rule) for comment in found)
        return bool(found)

    def looked_for(self, rule: str) -> None:
        """From now on, what names this rule and has silenced nothing is idle."""
        self._done.add(rule)

    def idle(self) -> Iterator[Tuple[IgnoreComment, str]]:
        """Comments that name a rule which was looked for and found nothing there, though ops were made on their lines."""
        for comment in self.comments:
            lines = range(comment.first, comment.last + 1)
            if any((comment.file, line) in self._lines for line in lines):
                for rule in comment.rules:
                    if rule in self._done and (comment, rule) not in self._used:
                        yield comment, rule


def ignore_comments(graph: Graph) -> IgnoreComments:
    """The comments in the files of this graph that may be read."""
    traced, content = traced_files(graph), content_of(graph)
    if traced is None:
        return IgnoreComments((), set())
    places = {(source.file, source.line) for source in content.sources.values()}
    places |= {(source.file, source.line) for source in graph.facts.get("made_lines", {}).values()}
    places |= {(group.source.file, group.source.line) for group in content.groups if group.source is not None}
    found: List[IgnoreComment] = []
    for file in sorted({file for file, _ in places}):
        path = traced.path(file)
        if path is not None and path.endswith(".py"):
            found.extend(_comments(file, code_lines(path)))
    return IgnoreComments(found, places)


def _comments(file: str, lines: Sequence[str]) -> Iterator[IgnoreComment]:
    if not any(_MARK in line for line in lines):
        return
    with suppress(
        tokenize.TokenError, SyntaxError
    ):  # Python ran the file, so it was well-formed then; by now it may be another
        yield from _in_statements(file, tokenize.generate_tokens(io.StringIO("\n".join(lines)).readline))


def _in_statements(file: str, tokens: Iterator[tokenize.TokenInfo]) -> Iterator[IgnoreComment]:
    """The comments, each with the lines of its statement: what lies between two ends of statements (NEWLINE)."""
    first, waiting = 0, []
    for token in tokens:
        if token.type == tokenize.COMMENT:
            mark = _COMMENT.match(token.string)
            if mark:
                waiting.append((token.start[0], _names(mark["rules"])))
        elif token.type == tokenize.NEWLINE:
            for line, rules in waiting:
                yield IgnoreComment(file, line, min(first or line, line), max(token.start[0], line), rules)
            first, waiting = 0, []
        elif token.type == tokenize.NL and not first:
            # A comment on a line of its own belongs to no statement.
            yield from (IgnoreComment(file, line, line, line, rules) for line, rules in waiting)
            waiting = []
        elif token.type not in (tokenize.NL, tokenize.INDENT, tokenize.DEDENT) and not first:
            first = token.start[0]


def _names(text: Optional[str]) -> Tuple[str, ...]:
    return tuple(name.strip() for name in (text or "").split(",") if name.strip())
