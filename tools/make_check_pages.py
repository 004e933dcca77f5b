"""Writes docs/checks: a page for each rule of `opscope check`, from the rule itself, and their list: `make docs`."""

from __future__ import annotations

from pathlib import Path
from typing import Dict, Iterator

from opscope.check.check_rule import RULE_FAMILIES, CheckRule
from opscope.check.choosing_rules import all_rules

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "checks"
INDEX = "README.md"
BY_HAND = {"field.md": "what the rules find in models that people use, and whether it is right"}
"""Pages of the folder that are about no rule, and what the list says of them."""

HEAD = """# What is looked for

Every rule of `opscope check`, written by `make docs` from the rules: change a rule in `src/opscope/check/rulebook/`, not its page. How checks are
used, with settings, comments, budgets and other tools, is in [checking.md](../checking.md).

**error**: wrong in every program. **warning**: nearly always wrong. **note**: worth a look.
"""


def pages() -> Dict[str, str]:
    """Name of a file in docs/checks -> its text."""
    found = {f"{rule.name}.md": _ended(_page(rule)) for rule in all_rules()}
    return {**found, INDEX: _ended(_index())}


def _ended(lines: Iterator[str]) -> str:
    return "\n".join(lines).rstrip() + "\n"


def _index() -> Iterator[str]:
    yield HEAD
    for family, title in RULE_FAMILIES.items():
        rules = [rule for rule in all_rules() if rule.family == family]
        if rules:
            yield f"## {title}\n\n`--select {family}` looks for these alone.\n"
            yield "| rule | severity | finds |\n|---|---|---|"
            yield from (f"| [{rule.name}]({rule.name}.md) | {rule.severity} | {_cell(rule.title)} |" for rule in rules)
            yield ""
    told = [f"- [{name}]({name}): {what}" for name, what in BY_HAND.items() if (FOLDER / name).is_file()]
    if told:
        yield "\n".join(["## In the field", "", *told])


def _page(rule: CheckRule) -> Iterator[str]:
    yield f"# {rule.name}\n"
    yield f"{_prose(rule.title)} A rule of the family *{RULE_FAMILIES[rule.family]}*; severity **{rule.severity}**. ([all rules]({INDEX}))\n"
    yield f"## Why\n\n{_prose(rule.why)}\n"
    yield f"## Reported\n\n```py\n{rule.bad.strip()}\n```\n"
    yield f"## Not reported\n\n```py\n{rule.good.strip()}\n```\n"
    yield f"## What to do\n\n{_sentence(_prose(rule.remedy))}\n"
    if rule.family != "budgets":
        yield f"`# opscope: ignore[{rule.name}] reason` on the line silences it there, `--ignore {rule.name}` everywhere."
    else:
        yield f"`--ignore {rule.name}` leaves it out."


def _prose(text: str) -> str:
    """A text of a rule as Markdown: literals have one tick there."""
    return text.strip().replace("``", "`")


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."


def _cell(text: str) -> str:
    return _prose(text).replace("|", "\\|")


def main() -> None:
    """Write the pages, and remove those of rules that are gone."""
    FOLDER.mkdir(exist_ok=True)
    made = pages()
    for path in FOLDER.glob("*.md"):
        if path.name not in made and path.name not in BY_HAND:
            path.unlink()
    for name, text in made.items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
