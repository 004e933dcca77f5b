"""Makes text harmless: replaces characters that would act on a terminal, hide or reorder text, or break XML.

Every text that opscope shows to a person passes this module, because op types, names and paths come from files that
strangers made. A control character would act on a terminal (ECMA-48,
https://ecma-international.org/publications-and-standards/standards/ecma-48/); a bidirectional one would reorder the
text around it (Unicode Standard Annex 9).
"""

from __future__ import annotations

import re

# The characters that XML 1.0 forbids, and the C0 and C1 controls; those that start a new line; those that change the
# direction of text; and those that are invisible. Tab and line feed are not among them.
_BAD = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff\ufff9-\ufffb\ufffe\uffff]"
)
_ESCAPE = re.compile(r"\\(?:\\|u00[01][0-9a-f]|[bfr])")
"""A backslash or a C0 control as JSON escapes them."""


def _code(match: "re.Match[str]") -> str:
    r"""A character as Python escapes it: ``\x00``, ``\u202e``."""
    return match[0].encode("unicode_escape").decode("ascii")


def visible(text: str) -> str:
    r"""The text with each harmful character replaced by its code. Lines stay lines.

    >>> print(visible(f"a{chr(0)}b"))
    a\x00b
    """
    return _BAD.sub(_code, text.replace("\r\n", "\n"))


def one_line(text: str) -> str:
    r"""Visible text on one line, with ¶ for each end of a line: a sign that the shipped fonts have.

    >>> one_line("a\nb\tc")
    'a¶b c'
    """
    if text.isascii() and text.isprintable():  # as nearly all names are
        return text
    return visible(text.replace("\r\n", "\n").replace("\r", " ").replace("\n", "\u00b6").replace("\t", " "))


def sentence(text: str) -> str:
    r"""Visible text on one line, with lines joined by spaces and a space for each tab, as for an error's message.

    >>> sentence("cannot read\n  the\tfile")
    'cannot read the file'
    """
    return visible(re.sub(r"\s*[\r\n]+\s*|\t", " ", text.strip("\r\n")))


def json_data(text: str) -> str:
    r"""JSON text with the same meaning whose harmful characters are written as JSON's own escapes.

    `text` has to come from `json.dumps`: then such characters occur only inside its strings, and C0 controls are
    escaped already. A lone surrogate (half a character, as in a file name that is not UTF-8) becomes a question mark,
    because other programs could not read it.

    >>> print(json_data('"a\u202eb"'))
    "a\u202eb"
    """
    return _BAD.sub(_escaped, text)


def _escaped(match: "re.Match[str]") -> str:
    code = ord(match[0])
    return "?" if 0xD800 <= code <= 0xDFFF else f"\\u{code:04x}"


def json_shown(text: str) -> str:
    r"""JSON text whose strings, once parsed, are harmless: for programs that show them to people as they are.

    `json_data` is not enough for that: its escapes become the harmful characters again when the JSON is parsed. Here
    the escape's own text (``\u001b``) is what the string holds.

    >>> import json
    >>> print(json.loads(json_shown(json.dumps("a\x1bb\\c"))))
    a\u001bb\c
    """
    text = _ESCAPE.sub(lambda match: match[0] if match[0] == "\\\\" else "\\" + match[0], text)
    return _BAD.sub(lambda match: f"\\\\u{ord(match[0]):04x}", text)
