"""The documents say what is so: their examples run, what they name and link is there, the reference is that of the code."""

import json
import re
import sys
from importlib import import_module
from pathlib import Path

import pytest

import opscope
from test_rooms import ROOMS

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])


def blocks(page):
    return re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page)], ids=lambda page: page.name)
def test_examples_run(page, tmp_path, monkeypatch):
    pytest.importorskip("tensorflow")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("webbrowser.open", lambda _: True)
    source = tmp_path / "example.py"
    names = {"__name__": "example"}
    source.write_text(
        "\n\n".join(blocks(page)), encoding="utf-8"
    )  # a file, since AutoGraph reads its functions' source
    exec(compile(source.read_text(encoding="utf-8"), str(source), "exec"), names)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files(page):
    for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"


ARCHITECTURE = ROOT / "docs" / "architecture.md"
PACKAGE = ROOT / "src" / "opscope"


def code_spans():
    """What docs/architecture.md writes as code, its pictures aside."""
    return re.findall(
        r"`([^`\n]+)`", re.sub(r"```.*?```", "", ARCHITECTURE.read_text(encoding="utf-8"), flags=re.DOTALL)
    )


def classes():
    """Class name -> the modules that define one."""
    found = {}
    for path in PACKAGE.rglob("*.py"):
        for name in re.findall(r"^class (\w+)", path.read_text(encoding="utf-8"), re.MULTILINE):
            found.setdefault(name, []).append(path.relative_to(PACKAGE).with_suffix("").parts)
    return found


def has(owner, names):
    """Whether an object has the attribute, or the annotated field, that a chain of names leads to."""
    for name in names:
        if not hasattr(owner, name):
            return name in getattr(owner, "__annotations__", {})
        owner = getattr(owner, name)
    return True


def exists(span):
    """Whether a path, ``room.module.function``, or ``Class.attribute`` is there; ``None`` for what is none of these."""
    if re.fullmatch(r"[\w./-]+", span) and ("/" in span or span.endswith(".py")):
        return any((base / span).exists() for base in (PACKAGE, ROOT))
    parts = span.split(".")
    if len(parts) < 2 or not all(part.isidentifier() for part in parts) or parts[0] == "tf":
        return None
    if parts[0][0].isupper():
        homes = classes().get(parts[0], [])
        return any(has(import_module(".".join(("opscope", *home))), parts) for home in homes)
    parts = parts[1:] if parts[0] == "opscope" else parts
    deep = len(parts)
    while not is_module(PACKAGE.joinpath(*parts[:deep])):
        deep -= 1
    return has(import_module(".".join(("opscope", *parts[:deep]))), parts[deep:])


def is_module(path):
    return path.is_dir() or path.with_suffix(".py").is_file()


@pytest.mark.parametrize("span", sorted({span for span in code_spans() if exists(span) is not None}))
def test_the_architecture_names_only_what_there_is(span):
    assert exists(span)


def test_what_the_architecture_names_is_looked_for():
    spans = set(code_spans())
    assert {"load.assemble.assemble", "layout/flat.py", "Graph.save", "viewer/src/place/", "opscope.profile"} <= spans
    for wrong in (
        "load.assemble.assembled",
        "layout/flatly.py",
        "Graph.saved",
        "viewer/source/",
        "opscope.profiler",
        "lode.load",
    ):
        assert exists(wrong) is False


def test_the_architecture_shows_the_rooms_in_their_order():
    picture = re.search(r"```\n(graph/.*?)```", ARCHITECTURE.read_text(encoding="utf-8"), re.DOTALL).group(1)
    assert re.findall(r"^(\w+)/", picture, re.MULTILINE) == ROOMS


def test_the_reference_is_that_of_the_code(monkeypatch):
    monkeypatch.setattr(sys, "path", [str(ROOT / "tools"), *sys.path])
    reference = import_module("make_api").page()
    assert (ROOT / "docs" / "api.md").read_text(encoding="utf-8") == reference, "write docs/api.md anew: make docs"
    for name in opscope.__all__:
        assert f"`opscope.{name}`" in reference
    assert "- `--between" not in reference, "the command calls it --from and --to"
    for told in (
        "path: Union[str, os.PathLike[str]],\n",
        "- `graph.variables`: ",
        "### `Variable`",
        "- `--heat {time,",
    ):
        assert told in reference


JSON_PAGE = ROOT / "docs" / "json.md"
SCHEMA = json.loads((PACKAGE / "graph" / "json" / "schema.json").read_text(encoding="utf-8"))


def fields_told():
    """Heading of docs/json.md that ends in a name -> the fields in the table below it, with whether each may be null."""
    text = JSON_PAGE.read_text(encoding="utf-8")
    chapters = dict(re.findall(r"^## .*?(?:`(\w+)`|file)\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL))
    rows = {
        name: re.findall(r"^\| `(\w+)` \|.*\| (.*) \|$", chapter, re.MULTILINE) for name, chapter in chapters.items()
    }
    return {name: {field: null != "never" for field, null in found} for name, found in rows.items()}


def fields_of_the_schema():
    """The same of the schema."""
    definitions = SCHEMA["definitions"]
    records = {"": SCHEMA, "input": definitions["node"]["properties"]["inputs"]["items"]}
    for name in ("node", "tensor", "source", "group", "variable", "cost", "measured", "measurement"):
        found = definitions[name]
        records[name] = found["anyOf"][1] if "anyOf" in found else found
    return {
        name: {field: may_be_null(schema) for field, schema in record["properties"].items()}
        for name, record in records.items()
    }


def may_be_null(schema):
    """Whether JSON's null fits a part of the schema; `attrs` and the like are objects."""
    if "$ref" in schema:
        return may_be_null(SCHEMA["definitions"][schema["$ref"].rpartition("/")[2]])
    if "anyOf" in schema:
        return any(map(may_be_null, schema["anyOf"]))
    return "null" in [*[schema.get("type")], *(schema.get("type") or ())] or None in schema.get("enum", ())


def test_every_field_of_the_json_is_defined():
    told = fields_told()
    for name, fields in fields_of_the_schema().items():
        assert told[name] == fields, f"docs/json.md tells other fields of {name or 'the file'} than the schema"


def test_every_kind_of_group_is_defined():
    kinds = re.search(r"^Kinds: (.*?)\n\n", JSON_PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL).group(1)
    assert set(re.findall(r"`(\w+)`", kinds)) == set(SCHEMA["definitions"]["group"]["properties"]["kind"]["enum"])
