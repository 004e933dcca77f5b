"""What the plugin answers TensorBoard and its tab, by werkzeug's client: on every TensorBoard that a version of tensorflow brings."""

import base64
import hashlib
import json
import shutil
import sys
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest
from recorded_logs import LOGS, MARKUP, VERSIONS, contents, unpacked

import opscope
from opscope.load.event_files.growing_log import GrowingLog
from opscope.tensorboard import background_look, page_making
from opscope.tensorboard.background_look import BackgroundLook
from opscope.tensorboard.log_roots import LogRoot
from opscope.tensorboard.plugin import OpscopePlugin

GET = "no tensorboard: python -m pip install tensorboard"
base_plugin = pytest.importorskip("tensorboard.plugins.base_plugin", reason=GET)
client = pytest.importorskip("werkzeug.test", reason=GET)
wrappers = pytest.importorskip("werkzeug.wrappers", reason=GET)


class Tab:
    """The plugin on a log directory, asked as TensorBoard asks."""

    def __init__(self, logdir="", spec=""):
        flags = SimpleNamespace(logdir=str(logdir), logdir_spec=spec)
        self.plugin = OpscopePlugin(SimpleNamespace(flags=flags, logdir=str(logdir) or spec))
        self.apps = self.plugin.get_plugin_apps()
        self.plugin._look.wait()

    def get(self, path, **query):
        return client.Client(self.apps[path], wrappers.Response).get(path, query_string=query)

    def json(self, path, **query):
        answer = self.get(path, **query)
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].startswith("application/json")
        return json.loads(answer.get_data(as_text=True))

    def look_again(self):
        """Have what is there now looked at: a look that was under way may be older. For tests with `no_pause`."""
        self.plugin._look.wait()
        self.plugin._look.seen()
        self.plugin._look.wait()

    def runs(self):
        return {run["run"]: run for run in self.json("/runs")["runs"]}

    def made(self, key):
        """How the making of a page ended."""
        self.get("/page", key=key)
        return self.json("/state", key=key)


@pytest.fixture(scope="module")
def logs(tmp_path_factory):
    return unpacked(tmp_path_factory.mktemp("logs"))


@pytest.fixture(scope="module")
def tab(logs):
    return Tab(logs)


@pytest.fixture
def own(logs, tmp_path):
    """A copy of the newest version's loop, to change."""
    shutil.copytree(str(logs / "tf221" / "loop"), str(tmp_path / "loop"))
    return tmp_path / "loop"


@pytest.fixture
def drawn(monkeypatch):
    """The graphs of which a page was made."""
    graphs = []
    make = page_making.output_for(".html").make
    shown = SimpleNamespace(make=lambda graph, options: graphs.append(graph) or make(graph, options))
    monkeypatch.setattr(page_making, "output_for", lambda _: shown)
    return graphs


@pytest.fixture
def no_pause(monkeypatch):
    monkeypatch.setattr(background_look, "_LEAST_PAUSE", 0)
    monkeypatch.setattr(background_look, "_TIMES_AS_LONG", 0)


def test_the_entry_point_is_a_plugin_of_tensorboard():
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    project = tomllib.loads((Path(__file__).resolve().parents[2] / "pyproject.toml").read_text(encoding="utf-8"))
    points = project["project"]["entry-points"]["tensorboard_plugins"]
    assert points == {"opscope": f"{OpscopePlugin.__module__}:{OpscopePlugin.__name__}"}
    assert issubclass(OpscopePlugin, base_plugin.TBPlugin)


def test_the_tab_is_a_module_of_which_tensorboard_knows(tab):
    metadata = tab.plugin.frontend_metadata()
    script = tab.get(metadata.es_module_path)
    assert script.headers["Content-Type"].startswith("text/javascript")
    assert "export async function render()" in script.get_data(as_text=True)
    # Words of a log become text; what would read them as markup does not occur.
    assert "innerHTML" not in script.get_data(as_text=True)


def test_the_tab_is_active_once_there_is_something_to_show(tab, tmp_path, no_pause, own):
    assert tab.plugin.is_active() is True
    empty = tmp_path / "empty"
    empty.mkdir()
    other = Tab(empty)
    assert other.plugin.is_active() is False
    assert other.json("/runs")["problems"] == []
    shutil.copytree(str(own), str(empty / "run"))
    other.look_again()
    assert other.plugin.is_active() is True
    assert Tab(tmp_path / "not there").plugin.is_active() is False


def test_runs_have_their_graphs_and_profiles(tab):
    told = tab.json("/runs")
    assert told["version"] == opscope.__version__
    assert told["problems"] == []
    runs = tab.runs()
    assert list(runs) == sorted(runs)
    for version in VERSIONS:
        (graph,) = [each for each in runs[f"{version}/loop/train"]["graphs"] if each["name"] == "graph_def"]
        assert (graph["kind"], graph["made"]) == ("graph", False)
        assert graph["written"].startswith("2026-11-28 02:")
        (profile,) = runs[f"{version}/loop"]["profiles"]
        assert profile["name"].startswith("2026_11_28_02_")
        assert profile["hosts"] == ["vm"]
    assert [each["kind"] for each in runs["tf221/keras/train"]["graphs"]] == ["layers of Keras"]


def test_a_page_is_that_of_the_graph_and_tensorboard_allows_its_script(tab):
    graph = tab.runs()["tf221/loop/train"]["graphs"][0]
    answer = tab.get("/page", key=graph["key"])
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/html")
    text = answer.get_data(as_text=True)
    assert "<title>tf221/loop/train - opscope</title>" in text
    script = text.rpartition("<script>")[2].partition("</script>")[0]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in answer.headers["Content-Security-Policy"]
    assert tab.json("/state", key=graph["key"]) == {"state": "ready"}


@pytest.mark.parametrize("version", VERSIONS)
def test_a_profile_is_shown_on_the_graph_that_ran(tab, version, drawn):
    runs = tab.runs()
    for run, steps in ((f"{version}/loop", 8), (f"{version}/keras", 2), (f"{version}/keras/train", 2)):
        for profile in runs.get(run, {"profiles": ()})["profiles"]:
            state = tab.made(profile["key"])
            if version == "tf221" and "keras" in run:  # Keras 3 logs layers and no ops
                assert state["state"] == "failed"
                assert "opscope profile GRAPH --logdir" in state["why"]
                assert "Keras 3 logs layers alone" in state["why"]
                continue
            assert state == {"state": "ready"}
            assert drawn[-1].measurement["steps"] == steps
            assert drawn[-1].facts["log_profile"]["run"] == profile["name"]
    assert drawn


def test_a_profile_of_another_graph_is_refused_in_one_line(logs, tmp_path):
    shutil.copytree(str(logs / "tf215" / "keras" / "plugins"), str(tmp_path / "a b" / "plugins"))
    shutil.copytree(str(logs / "tf221" / "loop" / "train"), str(tmp_path / "a b" / "train"))
    tab = Tab(tmp_path)
    state = tab.made(tab.runs()["a b"]["profiles"][0]["key"])
    assert state["state"] == "failed"
    assert "not a profile of this graph" in state["why"]
    assert f"opscope profile GRAPH --logdir '{tmp_path.resolve() / 'a b'}' " in state["why"]  # as a shell takes it
    assert "\n" not in state["why"]
    answer = tab.get("/page", key=tab.runs()["a b"]["profiles"][0]["key"])
    assert answer.status_code == 422
    assert answer.headers["Content-Type"].startswith("text/plain")


def test_a_graph_that_opscope_wrote_is_listed_and_a_profile_of_it_is_shown_on_it(logs, tmp_path, drawn):
    shutil.copytree(str(logs / "tf221" / "keras"), str(tmp_path / "keras"))
    with zipfile.ZipFile(LOGS / "tf221.zip") as archive:
        archive.extract("step.json", str(tmp_path / "keras"))
    (tmp_path / "keras" / "settings.json").write_text('{"rate": 0.1}')
    (tmp_path / "keras" / "half.json").write_text('{"format": "opscope", "version": 2, "name')
    tab = Tab(tmp_path)
    half, step = sorted(tab.runs()["keras"]["graphs"], key=lambda each: each["name"])
    assert (half["name"], step["name"]) == ("half.json", "step.json")
    assert step["kind"] == "written by opscope"
    assert tab.made(step["key"]) == {"state": "ready"}
    assert len(drawn[-1]) == len(opscope.load(tmp_path / "keras" / "step.json"))
    state = tab.made(half["key"])
    assert state["state"] == "failed"
    assert "half.json: not JSON from line 1" in state["why"]
    # Keras 3 logged no graph of ops beside this profile.
    (profile,) = tab.runs()["keras/train"]["profiles"]
    assert tab.made(profile["key"]) == {"state": "ready"}
    assert drawn[-1].measurement["steps"] == 4
    assert drawn[-1].name == "small.train_step"


def test_several_hosts_are_one_profile(logs, tmp_path):
    shutil.copytree(str(logs / "tf221" / "loop"), str(tmp_path / "loop"))
    (host,) = (tmp_path / "loop").rglob("*.xplane.pb")
    (host.parent / "other.xplane.pb").write_bytes(host.read_bytes())
    tab = Tab(tmp_path)
    (profile,) = tab.runs()["loop"]["profiles"]
    assert profile["hosts"] == ["other", "vm"]
    assert tab.made(profile["key"]) == {"state": "ready"}


def test_groups_of_a_logdir_spec_stand_before_their_runs(logs):
    tab = Tab(spec=f"old:{logs / 'tf24'},{logs / 'tf215'},cloud:gs://bucket/logs")
    assert "old/loop/train" in tab.runs()
    assert "loop/train" in tab.runs()
    (problem,) = tab.json("/runs")["problems"]
    assert problem.startswith("gs://bucket/logs: not a folder of this machine")
    assert tab.made(tab.runs()["old/loop"]["profiles"][0]["key"]) == {"state": "ready"}


def test_a_run_that_is_damaged_takes_no_other_with_it(own):
    (events,) = own.rglob("events*")
    whole = events.read_bytes()
    (own / "cut").mkdir()
    (own / "cut" / events.name).write_bytes(whole[:-1])
    (own / "wrong").mkdir()
    wrong = bytearray(whole)
    wrong[whole.rindex(b"product")] ^= 1  # a letter in an op's name: the checksum of its record is another one
    (own / "wrong" / events.name).write_bytes(bytes(wrong))
    tab = Tab(own)
    (problem,) = tab.json("/runs")["problems"]
    assert "of run cut: cut off in the record at byte" in problem
    state = tab.made(tab.runs()["wrong"]["graphs"][0]["key"])
    assert state["state"] == "failed"
    assert "has another checksum" in state["why"]
    assert tab.made(tab.runs()["train"]["graphs"][0]["key"]) == {"state": "ready"}


def test_a_mistake_while_looking_is_a_line_too(own):
    def fail():
        raise ZeroDivisionError

    look = BackgroundLook([])
    look._logs = [(LogRoot("", own), SimpleNamespace(look=fail)), (LogRoot("", own), GrowingLog(own))]
    look.seen()
    assert look.wait().problems == (f"{own}: ZeroDivisionError",)
    assert len(look.wait().entries) > 0


def test_a_graph_that_is_written_while_tensorboard_runs_appears_and_the_others_keep_their_keys(own, no_pause):
    tab = Tab(own)
    before = tab.runs()["train"]["graphs"]
    (events,) = own.rglob("events*")
    with events.open("ab") as file:  # the same graph once more
        file.write(events.read_bytes())
    tab.look_again()
    after = tab.runs()["train"]["graphs"]
    assert len(after) == 2 * len(before)
    assert {each["key"] for each in before} < {each["key"] for each in after}


@pytest.mark.parametrize("key", ["", "../../etc/passwd", "%2e%2e%2f", "tf221/loop/train", "0" * 20, "\0"])
def test_nothing_but_what_is_listed_can_be_asked_for(tab, key):
    answer = tab.get("/page", key=key)
    assert answer.status_code == 404
    assert "not in the log directory any more" in answer.get_data(as_text=True)
    assert tab.json("/state", key=key)["state"] == "failed"


def test_names_with_markup_stay_text(tab):
    graph = tab.runs()[MARKUP]["graphs"][0]
    answer = tab.get("/runs")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    text = tab.get("/page", key=graph["key"]).get_data(as_text=True)
    assert "<img" not in text
    assert "<title>&lt;img src=x onerror=alert(1)&gt;&amp;amp; - opscope</title>" in text


def test_nothing_is_written(logs):
    before = contents(logs)
    tab = Tab(logs)
    for run in tab.runs().values():
        for each in [*run["graphs"], *run["profiles"]][:1]:
            tab.made(each["key"])
    assert contents(logs) == before
