"""The documents say what is so: their examples run, what they name and link is there, the reference is that of the code."""

import json
import re
import sys
import zipfile
from functools import lru_cache
from importlib import import_module
from pathlib import Path

import pytest

import opscope
from opscope.graph.input_pipeline import INPUT_KEY
from opscope.graph.json import from_dict
from opscope.graph.measured_hosts import HOSTS_KEY, LEFT_OUT_KEY
from opscope.graph.measured_memory import MEMORY_KEY
from opscope.graph.measured_programs import PROGRAMS_KEY, UNTIMED_KEY
from opscope.graph.measured_runs import RUNS_KEY
from opscope.profile.attribution.attribute import attribute
from opscope.profile.recordings.raw import Recording
from opscope.profile.recordings.xplane import read
from test_rooms import ROOMS

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "opscope"
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
"""Those whose examples run."""
OURS = [
    ROOT / name for name in ("benchmarks", "changelog.d", "docs", "src", "tests", "tools", "viewer", ".github", ".ci")
]
FILES = [
    *(path for path in ROOT.iterdir() if path.is_file()),
    *(path for folder in OURS for path in folder.rglob("*") if "node_modules" not in path.parts),
]
FILE_NAMES = {path.name for path in FILES}
DOCUMENTS = sorted(path for path in FILES if path.suffix == ".md")
"""Everything that is written for people, templates of issues included."""


def named(page):
    return page.relative_to(ROOT).as_posix()


def blocks(page):
    return re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page)], ids=lambda page: page.name)
def test_examples_run(page, tmp_path, monkeypatch):
    pytest.importorskip("tensorflow")
    if any("to_pandas" in block for block in blocks(page)):
        pytest.importorskip("pandas")
    if any("networkx" in block for block in blocks(page)):
        pytest.importorskip("networkx")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("webbrowser.open", lambda _: True)
    source = tmp_path / "example.py"
    names = {"__name__": "example"}
    source.write_text(
        "\n\n".join(blocks(page)), encoding="utf-8"
    )  # a file, since AutoGraph reads its functions' source
    exec(compile(source.read_text(encoding="utf-8"), str(source), "exec"), names)


LINK = re.compile(r"\]\(([^)\s]+)\)")


def anchors(page):
    """What `#...` of a link may name: the headings, as GitHub writes them."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", DOCUMENTS, ids=named)
def test_links_lead_somewhere(page):
    for link in LINK.findall(page.read_text(encoding="utf-8")):
        if "://" in link:
            continue
        target, _, anchor = link.partition("#")
        there = page.parent / target if target else page
        assert there.exists(), f"{named(page)} links to {target}"
        assert not anchor or anchor in anchors(there), f"{named(page)} links to {link}, where there is no such heading"


def test_every_page_is_reached_from_the_index():
    reached, waiting = set(), [ROOT / "docs" / "README.md"]
    while waiting:
        page = waiting.pop()
        if page not in reached:
            reached.add(page)
            links = [link.partition("#")[0] for link in LINK.findall(page.read_text(encoding="utf-8"))]
            waiting += [(page.parent / link).resolve() for link in links if link.endswith(".md")]
    assert {named(page) for page in (ROOT / "docs").rglob("*.md")} <= {named(page) for page in reached}


def test_every_page_is_in_the_site():
    """`make site` builds strictly and would say so too; few have it."""
    listed = re.findall(r"([\w/-]+\.md)$", (ROOT / "mkdocs.yml").read_text(encoding="utf-8"), re.MULTILINE)
    pages = {page.relative_to(ROOT / "docs").as_posix() for page in (ROOT / "docs").rglob("*.md")}
    assert {page for page in pages if not page.startswith("checks/")} <= set(listed)


FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
"""A block and its language. Shell commands name files that are there; other blocks may be files that are to be made."""
THEIRS = {"net.py", "model.py", "tagger.py", "train.py", "file.py"}
"""Files of the user that pages speak of."""


def cited(page):
    """The words of a page's code that look like files of this repository."""
    text = page.read_text(encoding="utf-8")
    commands = [block for language, block in FENCE.findall(text) if language == "sh"]
    spans = commands + re.findall(r"`([^`\n]+)`", FENCE.sub("", text))
    for word in {word.strip(",;()\"'") for span in spans for word in span.split()}:
        first = next(iter(Path(word).parts), "")
        if not re.fullmatch(r"[\w.*-][\w./*-]*", word) or word in THEIRS:
            continue
        if ("/" in word and first in {"..", *beginnings(page)}) or re.search(r"\w\.(py|ts|md|toml|sh)$", word):
            yield word


def bases(page):
    """What a path may be relative to: rooms are cited without the package, the page's parts without viewer/src."""
    return ROOT, PACKAGE, page.parent, page.parent / "src"


def ignored():
    """Names that are never committed, as .gitignore has them."""
    lines = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    return {line.strip("/") for line in lines}


def beginnings(page):
    """Names that a path of this repository begins with: nothing that is made here and not committed, whatever ran."""
    found = {path.name for base in bases(page) if base.is_dir() for path in base.iterdir()}
    return ({name for name in found if not name.startswith(".")} | {".ci", ".github"}) - ignored()


def is_here(page, word):
    """Whether a path or pattern names something, or a bare file name does somewhere."""
    if any(next(base.glob(word), None) if ".." not in word else (base / word).exists() for base in bases(page)):
        return True
    return "/" not in word and word in FILE_NAMES


@pytest.mark.parametrize("page", DOCUMENTS, ids=named)
def test_what_a_document_cites_is_in_the_repository(page):
    assert [word for word in cited(page) if not is_here(page, word)] == []


def test_a_path_that_is_not_there_is_noticed(tmp_path):
    page = tmp_path / "page.md"
    spans = "`layout/engine.py` `layout/engines.py` `visible.py` `visibly.py` `../shared/x` `net/head*` `a/b`"
    blocks = "```sh\npython tools/fuzz.py tools/fizz.py\n```\n```python\n# layout/new.py\n```\n`graph/no.py`"
    page.write_text(f"{spans}\n{blocks}\n", encoding="utf-8")
    wrong = ["../shared/x", "graph/no.py", "layout/engines.py", "tools/fizz.py", "visibly.py"]
    assert sorted(word for word in cited(page) if not is_here(page, word)) == wrong


ARCHITECTURE = ROOT / "docs" / "architecture.md"


def code_spans():
    """What docs/architecture.md writes as code, its pictures aside."""
    return re.findall(
        r"`([^`\n]+)`", re.sub(r"```.*?```", "", ARCHITECTURE.read_text(encoding="utf-8"), flags=re.DOTALL)
    )


@lru_cache(maxsize=None)
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


@pytest.mark.skipif(sys.version_info < (3, 9), reason="Python 3.8 writes the types of a signature in another way")
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
    for name in (
        "node",
        "tensor",
        "source",
        "group",
        "variable",
        "cost",
        "measured",
        "measurement",
        "runs",
        "memory",
        "input_pipeline",
        "stage",
        "graph_cost",
    ):
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


def test_every_part_of_a_step_is_defined():
    with zipfile.ZipFile(ROOT / "tests" / "profile" / "recorded" / "tf221.zip") as archive:
        graph = from_dict(json.loads(archive.read("graph.json")))
        trace = read(archive.read("trace.xplane.pb"))
    measured = attribute(graph, Recording(trace, None, (), 3, "2.21.0")).measurement
    text = JSON_PAGE.read_text(encoding="utf-8")
    told = re.search(r"^`coverage` has five parts\.(.*?)\n\n", text, re.MULTILINE | re.DOTALL).group(1)
    assert set(re.findall(r"`(\w+)`:", told)) == set(measured["coverage"])
    assert set(SCHEMA["definitions"]["measurement"]["properties"]) - {
        RUNS_KEY,
        MEMORY_KEY,
        INPUT_KEY,
        HOSTS_KEY,
        LEFT_OUT_KEY,
        PROGRAMS_KEY,
        UNTIMED_KEY,
    } == set(measured)
