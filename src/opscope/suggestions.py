"""What a misspelled word was meant to be: an option, a choice, a name in a graph."""

from __future__ import annotations

from functools import wraps
from itertools import islice
from typing import Any, Callable, Iterable, List, TypeVar, cast

MOST_CLOSE = 3
"""Close words that a message gives."""

MOST_COMPARED = 20_000
"""Words that are compared; more would take longer than reading the message is worth."""

_VARKEYWORDS = 0x08
"""`inspect.CO_VARKEYWORDS`, the flag of code that takes ``**keywords``; importing `inspect` would take 10 ms."""

_Function = TypeVar("_Function", bound=Callable[..., Any])


def words_like(word: str, known: Iterable[str]) -> List[str]:
    """The known words that look like this one, the closest first; upper and lower case are the same.

    >>> words_like("dpeth", ["unfold", "depth", "theme"])
    ['depth']
    >>> words_like("relu", ["Conv2D", "Relu"])
    ['Relu']
    """
    from difflib import get_close_matches

    as_lower = {each.lower(): each for each in reversed(list(islice(known, MOST_COMPARED)))}
    return [as_lower[found] for found in get_close_matches(word.lower(), as_lower, MOST_CLOSE)]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The question that ends an error's message; empty where no known word is close.

    >>> did_you_mean("them", ["depth", "theme"])
    'did you mean theme?'
    """
    found = words_like(word, known)
    return f"did you mean {' or '.join(found)}?" if found else ""


def meant_or_known(word: str, known: Iterable[str]) -> str:
    """The remedy that ends an error's message: what was probably meant, else everything that there is.

    >>> meant_or_known("ligth", ["light", "dark"])
    'did you mean light?'
    >>> meant_or_known("sepia", ["light", "dark"])
    'use one of light, dark'
    """
    words = list(known)
    return did_you_mean(word, words) or f"use one of {', '.join(words)}"


def suggesting(function: _Function) -> _Function:
    """Decorates a public function: a keyword that it does not take raises `KeywordError`, which says what was meant.

    Where the function takes ``**keywords``, they go on to the user's model. Only there it is known whether the model
    takes them; the error that says no is raised again with this function's options among what may have been meant.
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
