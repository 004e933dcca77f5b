"""A difference as Markdown, to be put into a pull request: a sentence, a table by layer, the list of changes folded away."""

from __future__ import annotations

from typing import TYPE_CHECKING, List, Sequence

from ...layout.scene.labels import plural
from ..markdown_syntax import escaped
from .difference_words import (
    figure_line,
    following_line,
    head_words,
    leading,
    parameters_line,
    sign,
    signed,
    told_figures,
    unclaimed_line,
    verdict,
)
from .layer_counts import LayerCount, layer_counts

if TYPE_CHECKING:
    from ...diff.difference import Difference

MOST_IN_TABLE = 30
MOST_CHANGES = 100
"""A comment on GitHub may have 65,536 characters."""


def markdown(difference: "Difference") -> str:
    """The whole text. Names of strangers are escaped: none of them is a link, a tag or a mention."""
    parts = [
        [f"**{escaped(difference.head_a.name)} → {escaped(difference.head_b.name)}**: {escaped(verdict(difference))}"],
        [f"- {escaped(head_words(difference.head_a))}", f"- {escaped(head_words(difference.head_b))}"],
        _parameters(difference),
        _table(layer_counts(difference)),
        _changes(difference),
    ]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def _parameters(difference: "Difference") -> List[str]:
    line = parameters_line(difference)
    told, unclaimed = told_figures(difference), unclaimed_line(difference)
    figures = [f"- {escaped(figure_line(figure))}" for figure in told[:MOST_IN_TABLE]]
    more = len(told) - MOST_IN_TABLE
    figures += [f"- … {more:,} more"] if more > 0 else []
    figures += [f"- {unclaimed}"] if unclaimed else []
    return ([escaped(line)] if line else []) + ([""] if line and figures else []) + figures


def _table(rows: Sequence[LayerCount]) -> List[str]:
    if not rows:
        return []
    is_conversion = any(row.before or row.after for row in rows)
    done = " as written → as converted |" if is_conversion else ""
    found = [
        f"| layer |{done} added | removed | changed | parameters |",
        f"|---|{'---:|' if done else ''}---:|---:|---:|---:|",
    ]
    for row in rows[:MOST_IN_TABLE]:
        cells = [f"{row.before:,} → {row.after:,}" if row.before or row.after else ""] if is_conversion else []
        cells += [f"{count:,}" if count else "" for count in (row.added, row.removed, row.changed)]
        found.append(
            f"| {escaped(row.path)} | {' | '.join(cells)} | {signed(row.parameters) if row.parameters else ''} |"
        )
    more = len(rows) - MOST_IN_TABLE
    return [*found, *([f"| … {more:,} more |{' |' if is_conversion else ''} | | | |"] if more > 0 else [])]


def _changes(difference: "Difference") -> List[str]:
    if not difference.story:
        return []
    story, following = leading(difference), following_line(difference)
    listed = [f"- `{sign(entry)}` {escaped(entry.words)}" for entry in story[:MOST_CHANGES]]
    more = len(story) - MOST_CHANGES
    listed += [f"- … {more:,} more"] if more > 0 else []
    listed += [f"- {following}"] if following else []
    return [f"<details><summary>{plural(len(story), 'change')}</summary>", "", *listed, "", "</details>"]
