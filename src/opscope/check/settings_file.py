"""Reads the settings of a project: the table ``[tool.opscope.check]`` of its pyproject.toml."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Callable, Dict, Mapping, NamedTuple

from ..errors import InputError
from ..suggestions import meant_or_known
from .hit import SEVERITIES

FAIL_ON = "warning"
"""The least severity that fails, if nobody says otherwise."""
_FILE = "pyproject.toml"
_TABLE = "[tool.opscope.check]"


class _Key(NamedTuple):
    """One key of the table."""

    option: str
    """The option of `check` that it sets; ``fail_on`` is the command's own."""
    fits: Callable[[Any], bool]
    form: str
    """What it takes, for the error's message."""


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _are_words(value: Any) -> bool:
    return _is_text(value) or (isinstance(value, list) and all(map(_is_text, value)))


def _is_amount(value: Any) -> bool:
    return _is_text(value) or _is_number(value)


_WORDS = "a rule, or a list of rules or families"
_AMOUNT = 'a number, or a text such as "10M" or "4 GB"'
_KEYS: Dict[str, _Key] = {
    "select": _Key("select", _are_words, _WORDS),
    "ignore": _Key("ignore", _are_words, _WORDS),
    "fail-on": _Key("fail_on", lambda value: value in SEVERITIES, f"one of {', '.join(SEVERITIES)}"),
    "for": _Key("tensorflow", _is_text, 'a version such as "2.10"'),
    "max-params": _Key("max_params", _is_amount, _AMOUNT),
    "max-flops": _Key("max_flops", _is_amount, _AMOUNT),
    "max-activation-memory": _Key("max_activation_memory", _is_amount, _AMOUNT),
    "baseline": _Key("baseline", _is_text, "the path of a file, from the folder of the pyproject.toml on"),
    "tolerance": _Key("tolerance", _is_amount, 'a share such as "2%" or 0.02'),
    "batch": _Key(
        "batch", lambda value: isinstance(value, int) and not isinstance(value, bool), "a whole number, 1 or more"
    ),
}


def settings_from(folder: Path) -> Mapping[str, Any]:
    """The options that the nearest pyproject.toml with such a table sets, from the folder upwards; none if there is no such file.

    Raises:
        InputError: a file cannot be read, is no TOML, or its table has a key that is not known or a value that does not fit.
    """
    for each in (folder, *folder.parents):
        path = each / _FILE
        if path.is_file():
            table = _table(path)
            if table is not None:
                return _options(path, table)
    return {}


def with_settings(given: Mapping[str, Any], folder: Path) -> Dict[str, Any]:
    """Options of `check` and ``fail_on``, as they are given; those that are ``None`` as the project of this folder sets them."""
    settings = settings_from(folder)
    found = {name: settings.get(name) if value is None else value for name, value in given.items()}
    return {**found, "fail_on": found.get("fail_on") or FAIL_ON}


def _table(path: Path) -> Any:
    """The table of the file; ``None`` if it has none."""
    found: Any = _parsed(path)
    for name in ("tool", "opscope", "check"):
        found = found.get(name) if isinstance(found, dict) else None
    return found


def _parsed(path: Path) -> Dict[str, Any]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(
            f"{path}: cannot be read as TOML ({error}); correct it; opscope check --isolated leaves it out"
        ) from error


def _options(path: Path, table: Any) -> Dict[str, Any]:
    if not isinstance(table, dict):
        raise InputError(f"{path}: tool.opscope.check is no table; write {_TABLE} and a setting a line below it")
    found: Dict[str, Any] = {}
    for name, value in table.items():
        key = _KEYS.get(name)
        if key is None:
            raise InputError(f"{path}: {_TABLE} has no setting {name!r}; {meant_or_known(name, _KEYS)}")
        if not key.fits(value):
            raise InputError(f"{path}: {name} = {value!r} in {_TABLE} is not known; give {key.form}")
        found[key.option] = str(path.parent / value) if name == "baseline" else value
    return found
