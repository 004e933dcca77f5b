import subprocess
import sys

import pytest

import opscope
from opscope.errors import OpscopeError


def run(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


def test_import_loads_none_of_the_heavy_packages():
    heavy = "{'tensorflow', 'keras', 'numpy', 'google.protobuf', 'rich', 'fpdf', 'resvg_py', 'pygraphviz'}"
    assert run(f"import sys, opscope; print(sorted({heavy} & set(sys.modules)))") == "[]\n"


@pytest.mark.parametrize("suffix", ["svg", "html"])
def test_a_picture_of_a_file_imports_nothing_that_traces_or_reads_profiles(tmp_path, suffix):
    # They would be more than a hundred modules, for times that only a log of TensorBoard may have beside its graph.
    file = tmp_path / "graph.pbtxt"
    file.write_text('node { name: "x" op: "NoOp" }', encoding="utf-8")
    command = ["render", str(file), "-o", str(tmp_path / f"graph.{suffix}")]
    rooms = "('opscope.capture', 'opscope.profile.attribution', 'opscope.profile.log_profiles')"
    said = run(
        f"import sys; from opscope.cli import main; assert main({command!r}) == 0; "
        f"print([name for name in sys.modules if name.startswith({rooms})])"
    )
    assert said.splitlines()[-1] == "[]"


def test_public_names_are_few_and_all_there():
    assert len(opscope.__all__) <= 22
    assert opscope.__all__ == sorted(opscope.__all__)
    for name in opscope.__all__:
        assert getattr(opscope, name) is getattr(opscope, name)
        assert name in dir(opscope)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'dif'"):
        _ = opscope.dif


@pytest.mark.parametrize(
    "first", ["opscope.program.program", "opscope.load", "opscope.profile.recordings.raw", "opscope.capture"]
)
@pytest.mark.parametrize("name", ["load", "profile"])
def test_a_function_named_like_its_room_is_the_function_whoever_imported_the_room(first, name):
    assert run(f"import {first}, opscope; print(callable(opscope.{name}))") == "True\n"


def test_every_error_is_a_builtin_too():
    builtins = (ValueError, RuntimeError, OSError, ImportError)
    for name in opscope.__all__:
        kind = getattr(opscope, name)
        if isinstance(kind, type) and issubclass(kind, Exception) and kind is not OpscopeError:
            assert issubclass(kind, OpscopeError)
            assert issubclass(kind, builtins)


def test_version_is_the_installed_one():
    from importlib.metadata import version

    assert opscope.__version__ == version("opscope")


def test_every_dependency_of_users_has_an_upper_bound():
    # The newest within the bounds is what a fresh environment installs, and so what each run of the matrix tests.
    from importlib.metadata import requires

    needed = [line for line in requires("opscope") if "extra ==" not in line]
    needed += [
        line
        for line in requires("opscope")
        for extra in ("pandas", "networkx", "pdf", "graphviz", "completion")
        if f'extra == "{extra}"' in line or f"extra == '{extra}'" in line
    ]
    assert len(needed) >= 7
    assert [line for line in needed if "<" not in line.partition(";")[0]] == []
