"""docs/checks: a page for each rule, made of the rule."""

from __future__ import annotations

import re
import sys
from importlib import import_module
from pathlib import Path

import pytest

from opscope.check.choosing_rules import all_rules

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def made(monkeypatch):
    """The pages as `make docs` writes them: name -> text."""
    monkeypatch.setattr(sys, "path", [str(ROOT / "tools"), *sys.path])
    return import_module("make_check_pages").pages()


def test_a_page_says_what_its_rule_says(made):
    for rule in all_rules():
        page = made[f"{rule.name}.md"]
        assert f"severity **{rule.severity}**" in page
        assert [block.strip() for block in re.findall(r"```py\n(.*?)```", page, re.DOTALL)] == [
            rule.bad.strip(),
            rule.good.strip(),
        ]
        assert "``" not in re.sub("```.*?```", "", page, flags=re.DOTALL)


def test_the_list_leads_to_every_page(made):
    links = re.findall(r"^\| \[([\w-]+)\]\(([\w.-]+)\) \| (\w+) \|", made["README.md"], re.MULTILINE)
    assert links == [(rule.name, f"{rule.name}.md", rule.severity) for rule in all_rules()]


def test_the_pages_are_those_of_the_rules(made):
    by_hand = import_module("make_check_pages").BY_HAND
    there = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "docs" / "checks").glob("*.md")}
    stale = sorted(name for name in {*there, *made} - {*by_hand} if there.get(name) != made.get(name))
    assert stale == [], "write docs/checks anew: make docs"
