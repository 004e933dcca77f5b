"""Suggests what a misspelled word was meant to be: an option, a choice, a name in a graph."""

from __future__ import annotations

from functools import wraps
from itertools import islice
from typing import Any, Callable, Iterable, List, Sequence, TypeVar, cast

MOST_CLOSE = 3
"""How many suggestions a message gives."""

MOST_COMPARED = 20_000
"""How many words are compared. For more, the user would wait longer for the message than the suggestion is worth."""

_VARKEYWORDS = 0x08
"""The flag of a function's code that says that it takes ``**keywords``.

It is `inspect.CO_VARKEYWORDS`; importing `inspect` for it would make ``import opscope`` 10 ms slower.
"""

_Function = TypeVar("_Function", bound=Callable[..., Any])


def words_like(word: str, known: Iterable[str]) -> List[str]:
    """The known words that look like this one, the closest first. Upper and lower case do not matter.

    >>> words_like("dpeth", ["unfold", "depth", "theme"])
    ['depth']
    >>> words_like("relu", ["Conv2D", "Relu"])
    ['Relu']
    """
    from difflib import get_close_matches

    # If two known words differ only in case, the first one is kept: in reverse order it is stored last.
    as_lower = {each.lower(): each for each in reversed(list(islice(known, MOST_COMPARED)))}
    return [as_lower[found] for found in get_close_matches(word.lower(), as_lower, MOST_CLOSE)]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A question for the end of an error's message; empty if no known word is close.

    >>> did_you_mean("them", ["depth", "theme"])
    'did you mean theme?'
    """
    found = words_like(word, known)
    return f"did you mean {' or '.join(found)}?" if found else ""


def meant_or_known(word: str, known: Iterable[str]) -> str:
    """What to do, for the end of an error's message: what was probably meant, else all known words.

    >>> meant_or_known("ligth", ["light", "dark"])
    'did you mean light?'
    >>> meant_or_known("sepia", ["light", "dark"])
    'use one of light, dark'
    """
    words = list(known)
    return did_you_mean(word, words) or f"use one of {', '.join(words)}"


def some_of(names: Sequence[str], *, most: int = 5) -> str:
    """Names for an error's message, and how many more there are.

    >>> some_of(["a", "b", "c"], most=2)
    'a, b and 1 more'
    """
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(name or "''" for name in names[:most]) + more


def suggesting(function: _Function) -> _Function:
    """Decorate a public function so that a keyword it does not take raises `KeywordError`, which suggests an option.

    A function with ``**keywords`` passes them on to the user's model, and only there it is seen that the model does not
    take one of them. The `KeywordError` from there is raised again with this function's options among the suggestions:
    the keyword may have been an option that is misspelled.
    """
    code = function.__code__
    taken = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    options = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]

    @wraps(function)
    def called(*args: Any, **keywords: Any) -> Any:
        from .errors import KeywordError

        for word in keywords:
            if word not in taken:
                raise KeywordError(f"{function.__name__}()", word, options)
        return function(*args, **keywords)

    @wraps(function)
    def passing_on(*args: Any, **keywords: Any) -> Any:
        from .errors import KeywordError

        try:
            return function(*args, **keywords)
        except KeywordError as error:
            raise error.among(options) from error.__cause__

    return cast("_Function", passing_on if code.co_flags & _VARKEYWORDS else called)
