"""What an editor completes and a docstring says: every option of a public call, spelled out, as it is declared once."""

from __future__ import annotations

import ast
import inspect
import pickle
import re
from dataclasses import fields

import pytest

import opscope
from opscope import Graph, InputError, profile, trace, visualize_model, visualize_model_with_profile
from opscope.errors import KeywordError
from opscope.render.options import Options, described

DECLARED = {each.name: each for each in fields(Options)}
DRAWING = [Graph.save, Graph.show, visualize_model, visualize_model_with_profile]


def options_of(function):
    """The keyword-only parameters, by name."""
    found = inspect.signature(function).parameters.values()
    return {each.name: each for each in found if each.kind is inspect.Parameter.KEYWORD_ONLY}


def public_calls():
    """Every function of the package and method of `Graph` that takes options."""
    named = [getattr(opscope, name) for name in opscope.__all__]
    functions = [each for each in named if inspect.isfunction(each)]
    methods = [getattr(Graph, name) for name in dir(Graph) if not name.startswith("_")]
    return [each for each in (*functions, *methods) if inspect.isfunction(each) and options_of(each)]


def entries(function):
    """Parameter -> what the docstring's list of arguments says of it."""
    text = inspect.getdoc(function).partition("\nArgs:\n")[2].partition("\nRaises:\n")[0]
    return dict(re.findall(r"^    \*{0,2}(\w+): (.*(?:\n {8}.*)*)", text, re.MULTILINE))


def said_of_options(function):
    """As `entries`; where a docstring refers to `save`, also what stands there."""
    return {**(entries(Graph.save) if "those of `save`" in function.__doc__ else {}), **entries(function)}


@pytest.mark.parametrize("function", DRAWING, ids=lambda each: each.__name__)
def test_the_options_of_a_drawing_are_parameters_as_declared(function):
    found = {name: each for name, each in options_of(function).items() if name in DECLARED}
    assert list(found) == list(DECLARED)
    defaults = {name: each.default for name, each in DECLARED.items()}
    assert {name: each.default for name, each in found.items()} == defaults
    assert {name: each.annotation for name, each in found.items()} == {
        name: each.type for name, each in DECLARED.items()
    }


@pytest.mark.parametrize("option", [each for each in described() if each.choices], ids=lambda each: each.name)
def test_the_type_of_an_option_allows_its_choices(option):
    literal = re.search(r"Literal\[\(?(.*?)\)?\]", DECLARED[option.name].type)  # Python 3.8 writes parentheses
    assert ast.literal_eval(f"({literal[1]},)") == option.choices


@pytest.mark.parametrize("option", [each for each in described() if each.choices], ids=lambda each: each.name)
def test_the_docstring_of_save_names_the_choices(option):
    for choice in option.choices:
        assert f'``"{choice}"``' in entries(Graph.save)[option.name]


def test_the_one_liners_take_the_options_of_trace_and_profile():
    drawn = {"filename", "format", "view", "profile_data", *DECLARED}
    own, measured = options_of(visualize_model), options_of(visualize_model_with_profile)
    assert {name: own[name] for name in own if name not in drawn} == options_of(trace)
    # Of a run that is over: a one-liner runs the model, or is given numbers. And it draws one graph, that which was written.
    over = {"logdir", "run", "executed", "jobs", "scheduler", "memory", "time_limit"}
    both = {name: each for name, each in {**options_of(trace), **options_of(profile)}.items() if name not in over}
    assert {name: measured[name] for name in measured if name not in drawn} == both


@pytest.mark.parametrize("function", public_calls(), ids=lambda each: each.__name__)
def test_a_docstring_says_something_of_every_option(function):
    for name in options_of(function):
        said = said_of_options(function).get(name, "") or re.search(rf"`{name}\b", function.__doc__)
        assert said, f"{function.__qualname__}: {name}"


@pytest.mark.parametrize("function", public_calls(), ids=lambda each: each.__name__)
def test_no_public_call_takes_options_that_it_does_not_name(function):
    rest = [
        each for each in inspect.signature(function).parameters.values() if each.kind is inspect.Parameter.VAR_KEYWORD
    ]
    assert [each.name for each in rest] in ([], ["keywords"])
    if rest:
        assert re.search(r"`?keywords`?.*(input|argument)", function.__doc__)


def test_a_graph_offers_what_its_users_need_and_no_more():
    """What the rooms need beyond that are functions beside the class (`graph.content.content_of`) and methods of `Content`."""
    offered = [name for name in dir(Graph) if not name.startswith("_")]
    assert (
        " ".join(offered)
        == "cost estimate executed facts layer layers measurement name op ops overlay parameters producer save show summary to_json to_networkx to_pandas variables"
    )


WITHOUT_A_MODEL = [each for each in public_calls() if "keywords" not in inspect.signature(each).parameters]


@pytest.mark.parametrize("function", WITHOUT_A_MODEL, ids=lambda each: each.__name__)
def test_a_misspelled_option_is_asked_about(function):
    name = next(iter(options_of(function)))
    wrong = name[0] + name[2] + name[1] + name[3:]
    with pytest.raises(KeywordError, match=rf"{function.__name__}\(\) takes no '{wrong}'; did you mean {name}\b"):
        function("anything", **{wrong: 1})


def test_a_keyword_that_resembles_no_option_gets_the_list_of_them(small_graph, tmp_path):
    with pytest.raises(InputError, match=r"save\(\) takes no 'quality'; use one of depth, unfold, engine"):
        small_graph.save(tmp_path / "x.svg", quality=3)
    with pytest.raises(TypeError):  # what Python itself raises, for code that asks for it
        small_graph.save(tmp_path / "x.svg", quality=3)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("options", "meant"),
    [
        ({"heat": "tim"}, "did you mean time"),
        ({"engine": "Graphviz"}, "did you mean graphviz"),
        ({"theme": "sepia"}, "use one of auto, light, dark"),
    ],
)
def test_a_misspelled_choice_is_asked_about(small_graph, tmp_path, options, meant):
    with pytest.raises(InputError, match=meant):
        small_graph.save(tmp_path / "x.svg", **options)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"scale": "2"}, "scale='2' is not known; use a number greater than 0"),
        ({"timeout": "2"}, "timeout='2' is not known; use a number greater than 0"),
        ({"timeout": float("nan")}, "timeout=nan is not known; use a number greater than 0"),
        ({"columns": "2"}, "columns='2' is not known; use a whole number from 1"),
        ({"hide": 3}, "hide=3 is not known; use a text such as 'BiasAdd', or a list of them"),
        ({"only": ["Relu", 3]}, r"only=\['Relu', 3\] is not known; use a text"),
        ({"unfold": "yes"}, "unfold='yes' is not known; use True or False"),
        ({"positions": 1}, "positions=1 is not known; use True or False"),
        ({"between": 3}, "between=3 is not known; use a pair of op names"),
        ({"between": ("a", 3)}, r"between=\('a', 3\) is not known; use a pair of op names"),
        ({"focus": 3}, "focus=3 is not known; use a text"),
        ({"links": 3}, "links=3 is not known; use a text"),
        ({"depth": [1]}, r"depth=\[1\] is not known; use a whole number from 0"),
        ({"heat": ["time"]}, r"heat=\['time'\] is not known"),
    ],
)
def test_a_value_of_the_wrong_type_names_the_option_and_what_it_takes(small_graph, tmp_path, options, said):
    with pytest.raises(InputError, match=said):
        small_graph.save(tmp_path / "x.json", **options)
    assert not list(tmp_path.iterdir())


def test_every_option_says_what_it_takes():
    checked_elsewhere = {"sources"}
    unsaid = {each.name for each in described() if not each.choices and not each.takes.words}
    assert unsaid == checked_elsewhere


def test_a_count_of_the_wrong_type_names_the_option(small_graph):
    with pytest.raises(InputError, match="batch='8' is not known; give the number of samples, 1 or more"):
        small_graph.estimate(batch="8")
    with pytest.raises(InputError, match="batch=0 is too small; give the number of samples, 1 or more"):
        small_graph.summary(batch=0)
    with pytest.raises(InputError, match="steps='3' is not known; give a whole number, 1 or more"):
        profile(abs, steps="3")


def test_the_error_survives_a_process_boundary():
    error = KeywordError("save()", "dpeth", ["depth"])
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again)) == (KeywordError, "save() takes no 'dpeth'; did you mean depth?")


class TestModels:
    """Keywords that go on to the user's model: only its own call can tell that they are none of its inputs."""

    @pytest.fixture
    def targets(self):
        tf = pytest.importorskip("tensorflow")

        class Twice(tf.keras.layers.Layer):
            def call(self, inputs, training=False):
                return 2.0 * inputs

        class Module(tf.Module):
            @tf.function
            def __call__(self, x):
                return x + 1.0

        functional = tf.keras.Sequential([tf.keras.layers.Dense(2)])
        return [Twice(), Module(), functional, lambda x: -x, tf.function(lambda x: -x)]

    @pytest.mark.parametrize("call", [visualize_model, visualize_model_with_profile])
    def test_a_misspelled_option_is_asked_about(self, targets, tmp_path, call):
        for target in targets:
            with pytest.raises(KeywordError, match=r"takes no 'dpeth'; did you mean depth\?"):
                call(target, (2, 3), filename=str(tmp_path / "x"), view=False, dpeth=2)
        assert not list(tmp_path.iterdir())

    @pytest.mark.parametrize("call", [trace, profile])
    def test_so_is_one_of_tracing(self, targets, call):
        for target in targets:
            with pytest.raises(KeywordError, match=r"takes no 'sorce_lines'; did you mean source_lines\?"):
                call(target, (2, 3), sorce_lines=False)

    def test_and_an_input_of_the_model(self):
        pytest.importorskip("tensorflow")
        with pytest.raises(KeywordError, match=r"the call of 'attend' takes no 'maks'; did you mean mask\?"):
            trace(attend, (2, 3), maks=(2, 3))

    def test_a_concrete_function_takes_none(self):
        tf = pytest.importorskip("tensorflow")
        concrete = tf.function(lambda x: -x).get_concrete_function(tf.TensorSpec((2,)))
        with pytest.raises(KeywordError, match=r"takes no 'nam'; did you mean name\?"):
            trace(concrete, nam="x")

    def test_a_keyword_of_the_models_own_reaches_it(self):
        pytest.importorskip("tensorflow")
        assert trace(attend, (2, 3), mask=(2, 3)).name == "attend"
        assert trace(lambda x, **more: x * more["scale"], (2, 3), scale=(3,)).name == "lambda"

    def test_an_error_inside_the_model_stays_the_models(self):
        """It passes on, to what does not take it, a keyword that it takes itself."""
        pytest.importorskip("tensorflow")

        def outer(x, dpeth=1):
            return attend(x, mask=x, dpeth=dpeth)

        with pytest.raises(opscope.TraceError, match="unexpected keyword argument 'dpeth'"):
            trace(outer, (2, 3), dpeth=2)


def attend(x, mask):
    return x * mask
