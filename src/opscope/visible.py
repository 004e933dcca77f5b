"""Names as people, terminals and files can take them: whatever a name holds, nothing of it acts, hides or breaks the markup.

Every text that opscope shows to a person goes through this module, since op types, names and paths come from files that
strangers made. A control character would act on a terminal (ECMA-48, https://ecma-international.org/publications-and-standards/standards/ecma-48/),
a bidirectional one would turn the text around it (Unicode Standard Annex 9).
"""

from __future__ import annotations

import re

# What XML 1.0 refuses, C0 and C1 controls among it; what starts a new line; what turns the direction of the text around
# it; and what is drawn as nothing at all. Tab and line feed stay.
_BAD = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff\ufff9-\ufffb\ufffe\uffff]"
)
_ESCAPE = re.compile(r"\\(?:\\|u00[01][0-9a-f]|[bfr])")
"""How JSON writes a backslash, and how it writes a C0 control."""


def _code(match: "re.Match[str]") -> str:
    return match[0].encode("unicode_escape").decode("ascii")


def visible(text: str) -> str:
    r"""Text with what neither XML nor a reader can take written as its code.

    >>> print(visible(f"a{chr(0)}b"))
    a\x00b
    """
    return _BAD.sub(_code, text.replace("\r\n", "\n"))


def one_line(text: str) -> str:
    r"""Visible text on one line; a line's end is a mark that the shipped fonts have.

    >>> one_line("a\nb\tc")
    'a¶b c'
    """
    return visible(text.replace("\r\n", "\n").replace("\r", " ").replace("\n", "\u00b6").replace("\t", " "))


def sentence(text: str) -> str:
    r"""Visible text on one line, lines joined by spaces: an error's message.

    >>> sentence("cannot read\n  the file")
    'cannot read the file'
    """
    return visible(re.sub(r"\s*[\r\n]+\s*", " ", text.strip("\r\n")))


def json_data(text: str) -> str:
    r"""JSON text that says the same and is harmless on a terminal: what does not show is written as JSON's own escapes.

    `text` is what `json.dumps` gave: such characters are inside of its strings only, C0 controls are escaped already. Half of
    a surrogate pair (a file name that is no UTF-8 has it) is no character that other programs could read: a question mark.

    >>> print(json_data('"a\u202eb"'))
    "a\u202eb"
    """
    return _BAD.sub(_escaped, text)


def _escaped(match: "re.Match[str]") -> str:
    code = ord(match[0])
    return "?" if 0xD800 <= code <= 0xDFFF else f"\\u{code:04x}"


def json_shown(text: str) -> str:
    r"""JSON text whose strings are `visible`: for data that is only ever shown to people.

    >>> import json
    >>> print(json.loads(json_shown(json.dumps("a\x1bb\\c"))))
    a\u001bb\c
    """
    text = _ESCAPE.sub(lambda match: match[0] if match[0] == "\\\\" else "\\" + match[0], text)
    return _BAD.sub(lambda match: f"\\\\u{ord(match[0]):04x}", text)
