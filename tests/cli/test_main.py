import argparse
import gc
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import opscope
from networks import Network
from opscope.cli import VERBS, _parser, main


@pytest.fixture
def net(small_graph, tmp_path):
    return str(small_graph.save(tmp_path / "net.json"))


def run(capsys, *arguments):
    """Exit code, standard output, standard error."""
    try:
        code = main(list(arguments))
    except SystemExit as stop:
        code = stop.code
    out, err = capsys.readouterr()
    return code, out, err


def command(*arguments, **more):
    return subprocess.Popen(
        [sys.executable, "-m", "opscope", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more
    )


def test_version(capsys):
    assert run(capsys, "--version") == (0, f"opscope {opscope.__version__}\n", "")


def test_the_parser_of_a_verb_alone_is_that_among_all():
    """A command that names its verb makes no other's options."""
    every, *alone = (
        next(each for each in _parser(given)._actions if isinstance(each, argparse._SubParsersAction)).choices
        for given in ([], *([verb, "--help"] for verb in VERBS))
    )
    assert list(every) == list(VERBS)
    assert [list(choices) for choices in alone] == [[verb] for verb in VERBS]
    for choices in alone:
        for verb, parser in choices.items():
            assert parser.format_help() == every[verb].format_help()


def test_python_collects_garbage_again_behind_the_command(net, tmp_path):
    assert gc.isenabled()
    assert main(["render", net, "-o", str(tmp_path / "net.svg")]) == 0
    assert gc.isenabled()
    assert main(["render", str(Path(net).with_suffix(".pb")), "-o", str(tmp_path / "net.svg")]) == 1
    assert gc.isenabled()


@pytest.mark.parametrize("verb", ["render", "show", "summary", "profile", "demo"])
def test_every_verb_has_help(capsys, verb):
    code, out, _ = run(capsys, verb, "--help")
    assert code == 0
    assert f"opscope {verb}" in out


@pytest.mark.parametrize(
    "arguments", [[], ["paint"], ["render", "x"], ["summary"], ["render", "x", "-o", "y.svg", "--depth", "x"]]
)
def test_wrong_usage_is_code_2(capsys, arguments):
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert err.startswith("error: ")
    assert err.endswith(("; see opscope --help\n", "; see opscope render --help\n", "; see opscope summary --help\n"))


@pytest.mark.parametrize(
    ("arguments", "meant"),
    [
        (["render", "x.pb", "-o", "x.svg", "--dpeth", "2"], "did you mean --depth?"),
        (["render", "x.pb", "-o", "x.svg", "--between", "a"], "use --from and --to"),
        (["summary", "x.pb", "--signatuer=f"], "did you mean --signature?"),
        (["render", "x.pb", "-o", "x.svg", "--heat", "tim"], "did you mean time?"),
        (["rendr", "x.pb"], "did you mean render?"),
        (["--versoin"], "did you mean --version?"),
        (
            ["render", "x.pb", "--otput", "x.svg"],
            "did you mean --output or --input?",
        ),  # and not that --output is missing
        (["render", "x.pb", "-ouput", "x.svg", "-thme=dark"], "did you mean --theme?"),
    ],
)
def test_a_misspelled_argument_is_asked_about(capsys, arguments, meant):
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    verb = f" {arguments[0]}" if arguments[0] in VERBS else ""
    assert err.endswith(
        f"; {meant} See opscope{verb} --help\n" if "?" in meant else f"; {meant}; see opscope{verb} --help\n"
    )


def test_an_argument_like_no_other_is_only_named(capsys):
    code, _, err = run(capsys, "render", "x.pb", "-o", "x.svg", "--quality", "3")
    assert code == 2
    assert err == "error: there is no option --quality; see opscope render --help\n"


def test_a_file_in_place_of_a_command_is_told_what_to_do_with_it(capsys, net):
    code, _, err = run(capsys, net)
    assert code == 2
    assert err.startswith(f"error: {net} is no command; say what to do with it, such as opscope show {net}; ")


def test_a_choice_like_no_other_lists_them(capsys, net):
    assert run(capsys, "show", net, "--theme", "sepia")[2] == (
        "error: --theme sepia is not known; use one of auto, light, dark; see opscope show --help\n"
    )


def test_too_many_arguments_are_named(capsys, net):
    assert run(capsys, "show", net, "more.pb") == (
        2,
        "",
        "error: too many arguments: more.pb; see opscope show --help\n",
    )


def test_a_shape_may_begin_with_a_minus(capsys, net):
    """Behind an option argparse would take it for another one."""
    assert run(capsys, "summary", net, "--input", "-1,10")[2].startswith("error: --input applies only to live models")


@pytest.mark.parametrize(
    ("arguments", "meant"),
    [
        (["render", "{net}", "-o", "x.svgg"], "did you mean .svg or .csv?"),
        (["diff", "{net}", "{net}", "-o", "x.htm"], "did you mean .html?"),
        (["check", "{net}", "-o", "x.sarf"], "did you mean .sarif?"),
        (["check", "{net}", "--select", "retracd"], "did you mean retraced?"),
        (["summary", "{net}", "--columns", "opps"], "did you mean ops or flops?"),
        (["summary", "{folder}/nte.json"], "did you mean {net}?"),
        (["summary", "{net}", "--overlay", "{folder}/ent.json"], "did you mean {net}?"),
        (["check", "{net}", "--baseline", "{folder}/nte.json"], "did you mean {net}?"),
        (["summary", "fractons:Fraction"], "did you mean fractions?"),
        (["summary", "json.decodr:JSONDecoder"], "did you mean json.decoder or json.encoder or json.scanner?"),
        (["summary", "json:laods"], "did you mean loads or load?"),
        (["render", "{net}", "-o", "x.svg", "--focus", "dnse"], "did you mean net/dense or net/dense#2?"),
        (["render", "{net}", "-o", "x.svg", "--hide", "Dens"], "did you mean Dense?"),
        (["diff", "{net}", "{net}", "--ignore", "nmaes"], "did you mean names?"),
    ],
)
def test_a_misspelled_name_is_asked_about(capsys, net, arguments, meant):
    told = {"net": net, "folder": str(Path(net).parent)}
    code, out, err = run(capsys, *[word.format(**told) for word in arguments])
    assert (code > 0, out, err.count("\n")) == (True, "", 1)
    assert err.endswith(f"; {meant.format(**told)}\n")


def test_render_writes_every_file_and_prints_its_path(capsys, net, tmp_path):
    files = [str(tmp_path / name) for name in ("a.json", "a.txt")]
    code, out, err = run(capsys, "render", net, "-o", files[0], "-o", files[1])
    assert (code, out.split(), err) == (0, files, "")
    assert all(Path(file).stat().st_size for file in files)


def test_summary_as_text_and_as_json(capsys, net, small_graph):
    assert run(capsys, "summary", net) == (0, small_graph.summary(), "")
    code, out, _ = run(capsys, "summary", net, "--json")
    assert code == 0
    assert json.loads(out)["parameters"] == 16


@pytest.fixture
def repeating(tmp_path):
    net = Network()
    for block in range(6):
        net.layer(f"dense_{block}", ops=("MatMul", "BiasAdd", "Relu"))
    net.graph().save(tmp_path / "repeating.json")
    return str(tmp_path / "repeating.json")


def test_a_summary_folds_and_its_columns_are_chosen(capsys, repeating):
    code, out, _ = run(capsys, "summary", repeating, "--columns", "ops, layer")
    assert code == 0
    assert (
        "ops  each  layer\n───  ────  ───────────────\n 18     3  dense_0 … 5  ×6\n5 more layers in copies; --full lists them"
        in out
    )
    code, out, _ = run(capsys, "summary", repeating, "--columns", "ops,layer", "--full")
    assert "ops  layer\n───  ───────\n  3  dense_0\n  3  dense_1\n" in out
    assert "copies" not in out


def test_json_and_plain_values_do_not_fold(capsys, repeating):
    figures = json.loads(run(capsys, "summary", repeating, "--json")[1])
    assert [row["path"] for row in figures["layers"]] == [f"dense_{block}" for block in range(6)]


def test_a_text_file_says_what_lists_the_rest_in_both_languages(capsys, repeating, tmp_path):
    assert run(capsys, "render", repeating, "-o", str(tmp_path / "net.txt"))[0] == 0
    said = (tmp_path / "net.txt").read_text(encoding="utf-8")
    assert "5 more layers in copies; Graph.summary(full=True) or opscope summary --full lists them" in said


def test_a_wrong_column_is_told_before_the_file_is_read(capsys):
    code, out, err = run(capsys, "summary", "nowhere.pb", "--columns", "layer,colour")
    assert (code, out) == (1, "")
    assert err.startswith("error: --columns colour is not known; use some of layer, class, ops, parameters, ")


def test_a_column_of_costs_is_asked_for_in_the_words_of_the_shell(capsys, repeating):
    assert run(capsys, "summary", repeating, "--columns", "flops")[::2] == (
        1,
        "error: the column flops needs costs; add --cost, or leave it out\n",
    )


@pytest.mark.parametrize("option", [["--full"], ["--columns", "ops"]])
def test_json_takes_no_option_of_the_table(capsys, repeating, option):
    code, _, err = run(capsys, "summary", repeating, "--json", *option)
    assert (code, err) == (1, f"error: --json prints every layer with all its figures; leave {option[0]} out\n")


def test_overlay_from_a_file(capsys, net, tmp_path):
    (tmp_path / "times.json").write_text('{"Dense": {"time": 0.5}}')
    code, out, _ = run(capsys, "summary", net, "--overlay", str(tmp_path / "times.json"))
    assert code == 0
    assert "500.000" in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["summary", "nowhere.pb"],
            "error: nowhere.pb: there is no such file or folder; give a model file, module:attribute or",
        ),
        (["summary", "no_such_module_here:model"], "there is no module no_such_module_here"),
        (["summary", "nowhere.py:model"], "error: nowhere.py: there is no such file; check the path"),
        (["summary", "json:no_such"], "error: json:no_such: json has no no_such; give the name"),
        (["summary", "json:JSONDecoder"], "is a class; give an instance of it, or a function"),
        (
            ["render", "x.pb", "-o", "x.gif"],
            "error: cannot write '.gif'; use one of .dot .svg .png .pdf .html .json .txt",
        ),
    ],
)
def test_an_error_is_one_line_on_stderr_and_code_1(capsys, arguments, message):
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (1, "")
    assert message in err
    assert err.startswith("error: ")
    assert err.count("\n") == 1


def test_an_overlay_that_is_not_there_is_said_so(capsys, net):
    code, _, err = run(capsys, "summary", net, "--overlay", "nofile.json")
    assert (code, "nofile.json: there is no such file; give a file such as" in err) == (1, True)


def test_options_of_tracing_are_refused_for_a_file(capsys, net):
    code, _, err = run(capsys, "summary", net, "--input", "8,10")
    assert code == 1
    assert "--input applies only to live models" in err


def test_a_users_module_that_fails_says_how_and_traceback_shows_where(capsys, tmp_path):
    (tmp_path / "broken_net.py").write_text("raise RuntimeError('no weights\\nin here')")
    source = f"{tmp_path / 'broken_net.py'}:model"
    code, _, err = run(capsys, "summary", source)
    assert code == 1
    assert "failed with RuntimeError: no weights in here; --traceback shows where" in err
    with pytest.raises(opscope.LoadError) as caught:
        main(["summary", source, "--traceback"])
    assert isinstance(caught.value.__cause__, RuntimeError)


def test_a_python_file_alone_says_how_to_name_what_is_in_it(capsys, tmp_path):
    (tmp_path / "some_net.py").write_text("model = None")
    for verb in ("summary", "profile"):
        code, _, err = run(capsys, verb, str(tmp_path / "some_net.py"))
        assert code == 1
        assert "some_net.py:model" in err


def test_a_module_that_is_not_there_is_told_from_one_that_it_lacks(capsys, tmp_path):
    (tmp_path / "lacking_net.py").write_text("import surely_not_here.at_all")
    code, _, err = run(capsys, "summary", f"{tmp_path / 'lacking_net.py'}:model")
    assert (code, "pip install surely_not_here" in err) == (1, True)
    code, _, err = run(capsys, "summary", "no_such_net:model")
    assert (code, "there is no module no_such_net" in err) == (1, True)


def test_the_summary_with_costs_is_that_of_python(capsys, net):
    assert run(capsys, "summary", net, "--cost")[1] == opscope.load(net).summary(cost=True)
    assert run(capsys, "summary", net, "--batch", "3")[1] == opscope.load(net).summary(batch=3)
    figures = json.loads(run(capsys, "summary", net, "--cost", "--json")[1])
    cost = opscope.load(net).estimate().cost
    assert (figures["cost"]["flops"], figures["cost"]["macs"]) == (cost.flops, cost.macs)
    assert "cost" not in json.loads(run(capsys, "summary", net, "--json")[1])


def test_an_unexpected_exception_is_one_line_too(capsys, net, monkeypatch):
    monkeypatch.setattr("opscope.cli.summary.text", lambda *_, **__: 1 / 0)
    code, _, err = run(capsys, "summary", net)
    assert code == 1
    assert err.startswith("error: unexpected ZeroDivisionError: division by zero; --traceback")


def test_a_reader_that_goes_away_is_no_error(net):
    process = command("summary", net, "--json")
    process.stdout.close()
    _, err = process.communicate()
    assert (process.returncode, err) == (0, "")


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")
def test_ctrl_c_is_quiet_and_code_130(tmp_path):
    # A run in the background is born with the signal ignored, and then Python leaves it so.
    (tmp_path / "slow_net.py").write_text(
        "import signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "print('ready', flush=True)\nsignal.pause()\n"
    )
    process = command("summary", f"{tmp_path / 'slow_net.py'}:model")
    assert process.stdout.readline() == "ready\n"
    process.send_signal(signal.SIGINT)
    out, err = process.communicate()
    assert (process.returncode, out, err) == (130, "", "")


def test_nothing_moves_in_a_pipe(net):
    process = command("summary", net)
    _, err = process.communicate()
    assert err == ""


@pytest.mark.parametrize(
    ("arguments", "remedy"),
    [
        (["summary", "{folder}/function_here.py:f", "--input", "8,10"], "pip install tensorflow"),
        (["demo", "--out", "{folder}"], 'pip install "opscope[tf]"'),
    ],
)
def test_without_tensorflow_a_live_model_says_what_to_install(tmp_path, arguments, remedy):
    (tmp_path / "function_here.py").write_text("def f(x):\n    return x\n")
    (tmp_path / "tensorflow.py").write_text("raise ImportError('No module named tensorflow')")
    path = os.pathsep.join([str(tmp_path), *filter(None, sys.path)])
    process = command(*(part.format(folder=tmp_path) for part in arguments), env={**os.environ, "PYTHONPATH": path})
    out, err = process.communicate()
    assert (process.returncode, out) == (1, "")
    assert remedy in err
    assert err.count("\n") == 1
