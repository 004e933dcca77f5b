"""The formats that findings are told in: read back by what others publish of them, with names that try to be more than names."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree as ET

import pytest

import opscope
from opscope.check.check_rule import RULE_FAMILIES, CheckRule
from opscope.check.findings import Findings
from opscope.check.hit import SEVERITIES, Finding
from opscope.graph import json as graph_json
from opscope.graph.types import Source
from opscope.render.told_findings.findings_files import FINDING_FORMATS, FINDING_SUFFIXES, findings_format
from opscope.render.told_findings.findings_text import findings_count, findings_text

SCHEMA = json.loads(Path(__file__).with_name("schema").joinpath("sarif-2.1.0.json").read_text(encoding="utf-8"))
HOSTILE = "x\n::error file=a.py,line=1::owned\r\n\x1b[2J%0A::stop-commands::t</failure><![CDATA[ ]]>&\"'[x](http://h){0}\u202e\ud800\ufffe,:%"
"""A name of a stranger's file that tries every format at once."""


def rule(name, severity="warning"):
    return CheckRule(name, severity, "results", "A title.", "A reason.", "mend it", lambda _: (), "", "")


def finding(source=None, name="bad", severity="warning", **more):
    return Finding(name, severity, more.pop("message", "is wrong"), "mend it", source=source, **more)


def findings(*found, suppressed=0):
    return Findings("net", found, [rule("bad"), rule("worse", "error"), rule("quiet", "note")], suppressed)


HERE = Source("models/net.py", 12, "call")
PLAIN = findings(
    finding(HERE, group="net/dense"),
    finding(Source("/home/me/my net.py", 3, "f"), name="worse", severity="error"),
    finding(name="quiet", severity="note"),
    suppressed=2,
)
STRANGE = findings(
    finding(
        Source(HOSTILE, 7, HOSTILE), message=f"{HOSTILE} is wrong", group=HOSTILE, nodes=(HOSTILE,), variable=HOSTILE
    )
)


OWN_SCHEMA = json.loads(Path(graph_json.__file__).with_name("schema-findings.json").read_text(encoding="utf-8"))


def test_the_json_fits_its_schema_which_has_nothing_else():
    jsonschema = pytest.importorskip("jsonschema")
    costly = Findings("net", [], [], figures={"parameters": 3.0, "flops": None, "activation_bytes": 4, "batch": None})
    for each in (PLAIN, STRANGE, findings(), costly):
        jsonschema.Draft7Validator(OWN_SCHEMA).validate(json.loads(FINDING_FORMATS["json"](each)))
    assert OWN_SCHEMA["definitions"]["severity"]["enum"] == list(SEVERITIES)
    assert OWN_SCHEMA["definitions"]["rule"]["properties"]["family"]["enum"] == list(RULE_FAMILIES)


def test_every_field_of_a_finding_is_told_in_the_docs():
    page = (Path(__file__).resolve().parents[2] / "docs" / "json.md").read_text(encoding="utf-8")
    chapter = page.partition("\n## What a check found\n")[2].partition("\n## ")[0]
    told = re.findall(r"`(\w+)`", " ".join(re.findall(r"^\| (`.*?) \|", chapter, re.MULTILINE)))
    assert told == list(OWN_SCHEMA["definitions"]["finding"]["properties"])
    assert set(OWN_SCHEMA["properties"]) <= set(re.findall(r"`(\w+)`", chapter))


def test_a_line_is_a_finding_with_its_place_first():
    assert FINDING_FORMATS["lines"](PLAIN).splitlines() == [
        "/home/me/my net.py:3: error worse: is wrong - mend it",
        "models/net.py:12: warning bad: is wrong (net/dense) - mend it",
        "note quiet: is wrong - mend it",
    ]


def test_the_count_tells_what_was_found_and_what_was_silenced():
    assert findings_count(PLAIN) == "found 1 error, 1 warning, 1 note; 2 silenced by comments"
    assert findings_count(findings()) == "nothing found: 3 rules looked for"
    assert findings_count(findings(suppressed=1)) == "nothing found: 3 rules looked for; 1 silenced by comments"


def test_the_table_has_a_row_a_finding_and_each_remedy_once():
    twice = findings(finding(HERE), finding(Source("other.py", 1, "f")))
    lines = findings_text(twice).splitlines()
    assert [line.split() for line in lines if "is wrong" in line] == [
        ["warning", "bad", "models/net.py:12", "is", "wrong"],
        ["warning", "bad", "other.py:1", "is", "wrong"],
    ]
    assert sum("mend it" in line for line in lines) == 1
    assert lines[-1] == "found 2 warnings"
    assert max(map(len, findings_text(STRANGE, width=60).split("What to do")[0].splitlines())) <= 60


def test_sarif_fits_its_published_schema_and_says_the_same():
    jsonschema = pytest.importorskip("jsonschema")
    for each in (PLAIN, STRANGE, findings()):
        jsonschema.Draft4Validator(SCHEMA).validate(json.loads(FINDING_FORMATS["sarif"](each)))
    run = json.loads(FINDING_FORMATS["sarif"](PLAIN))["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    assert [(each["id"], each["defaultConfiguration"]["level"]) for each in rules] == [
        ("bad", "warning"), ("worse", "error"), ("quiet", "note"),
    ]  # fmt: skip
    assert all(each["help"]["text"] for each in rules)
    told = [(each["level"], rules[each["ruleIndex"]]["id"], each["message"]["text"]) for each in run["results"]]
    assert told == [
        ("error", "worse", "is wrong - mend it"),
        ("warning", "bad", "is wrong - mend it"),
        ("note", "quiet", "is wrong - mend it"),
    ]
    places = [each.get("locations", [{}])[0].get("physicalLocation") for each in run["results"]]
    assert places[0]["artifactLocation"] == {"uri": "file:///home/me/my%20net.py"}
    assert places[1]["artifactLocation"] == {"uri": "models/net.py", "uriBaseId": "SRCROOT"}
    assert (places[1]["region"], places[2]) == ({"startLine": 12}, None)


@pytest.mark.parametrize("file", ["http://host/x.py", "a:b.py", "//host/x", "C:\\net\\x y.py", "../up.py", "?q#f%41"])
def test_the_uri_of_a_file_is_that_files(file):
    result = json.loads(FINDING_FORMATS["sarif"](findings(finding(Source(file, 1, "f")))))["runs"][0]["results"][0]
    uri = urlsplit(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"])
    assert (uri.scheme in ("", "file"), uri.netloc, uri.query, uri.fragment) == (True, "", "", "")
    assert unquote(uri.path).lstrip("/") == file.replace("\\", "/").lstrip("/")


def test_a_name_is_no_link_and_no_placeholder_in_sarif():
    text = json.loads(FINDING_FORMATS["sarif"](STRANGE))["runs"][0]["results"][0]["message"]["text"]
    assert not re.search(r"(?<!\\)\]\(", text)
    assert not re.search(r"(?<!\{)\{\d+\}(?!\})", text)
    assert text.isprintable()


def command_of(line):
    """A line of a job's log as GitHub's runner reads it (``ActionCommand.TryParseV2`` in actions/runner); ``None`` if it is no command."""
    line = line.lstrip()
    end = line.find("::", 2)
    if not line.startswith("::") or end < 0:
        return None
    name, _, properties = line[2:end].partition(" ")
    pairs = (each.split("=", 1) for each in properties.split(",") if "=" in each)
    escapes = [("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")]
    found = {}
    for key, value in pairs:
        for escaped, sign in escapes:
            value = value.replace(escaped, sign)
        found[key] = value
    data = line[end + 2 :]
    for escaped, sign in (escapes[0], escapes[1], escapes[4]):
        data = data.replace(escaped, sign)
    return name, found, data


def test_github_reads_one_annotation_a_finding():
    lines = FINDING_FORMATS["github"](PLAIN).splitlines()
    assert [command_of(line) for line in lines] == [
        ("error", {"file": "/home/me/my net.py", "line": "3", "title": "opscope worse"}, "is wrong - mend it"),
        ("warning", {"file": "models/net.py", "line": "12", "title": "opscope bad"}, "is wrong (net/dense) - mend it"),
        ("notice", {"title": "opscope quiet"}, "is wrong - mend it"),
    ]


def test_a_name_is_no_command_of_its_own_for_github():
    text = FINDING_FORMATS["github"](STRANGE)
    ((name, properties, data),) = [command_of(line) for line in re.split("[\r\n]", text) if line]
    assert (name, sorted(properties), properties["line"]) == ("warning", ["file", "line", "title"], "7")
    assert "owned" in properties["file"] and "owned" in data


@pytest.mark.parametrize(("fail_on", "failed"), [("error", 1), ("warning", 2), ("note", 3)])
def test_a_build_server_reads_as_many_failures_as_fail(fail_on, failed):
    suite = ET.fromstring(findings_format("junit", fail_on)(PLAIN)).find("testsuite")
    cases = suite.findall("testcase")
    assert (suite.get("tests"), suite.get("failures")) == (str(len(cases)), str(failed))
    assert len(suite.findall("testcase/failure")) == failed


def test_a_rule_that_found_nothing_is_a_test_that_passed():
    cases = ET.fromstring(FINDING_FORMATS["junit"](findings(finding(HERE)))).findall("testsuite/testcase")
    assert [(case.get("name"), len(case)) for case in cases] == [
        ("worse", 0),
        ("quiet", 0),
        ("bad models/net.py:12", 1),
    ]


def test_a_name_stays_text_in_xml():
    (failure,) = ET.fromstring(FINDING_FORMATS["junit"](STRANGE)).findall("testsuite/testcase/failure")
    assert len(failure) == 0 and "</failure><![CDATA[ ]]>&" in failure.get("message")


@pytest.mark.parametrize("name", FINDING_FORMATS)
def test_no_format_lets_a_control_character_or_half_a_one_through(name):
    text = FINDING_FORMATS[name](STRANGE)
    assert [sign for sign in text if sign != "\n" and not sign.isprintable()] == []
    text.encode("utf-8")


def test_findings_are_saved_by_the_suffix(tmp_path):
    for suffix, name in FINDING_SUFFIXES.items():
        path = PLAIN.save(tmp_path / f"found{suffix}")
        assert path.read_text(encoding="utf-8") == FINDING_FORMATS[name](PLAIN)
    with pytest.raises(opscope.InputError, match=r"cannot write findings to .*\.doc; use one of \.txt"):
        PLAIN.save(tmp_path / "found.doc")
