r"""Variables from an env file, in the syntax that dotenv tools and Docker Compose share.

    # a comment
    NAME=value            # up to the end of the line, or to a # after a space
    export NAME='value'   # literal, over several lines if necessary
    NAME="value\n"        # with \n, \r, \t, \", \\ and \$

cage has its own parser, as the libraries are lenient by design: python-dotenv logs what it can't
parse and continues, and a deployment would start without the variable. Here, everything that
isn't understood is an error with its place. `${NAME}` is not replaced inside a
value, nor inside a value that is inserted into a definition file.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cage.definitions.findings import Finding, quoted

if TYPE_CHECKING:
    from cage.definitions.source import Source

_BLANK = re.compile(r"[ \t]*(?:#[^\r\n]*)?(?:\r\n?|\n|\Z)")
_HEAD = re.compile(r"[ \t]*(?:export[ \t]+)?([^\s=#'\"]+)[ \t]*=[ \t]*")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SINGLE = re.compile(r"'([^']*)'")
_DOUBLE = re.compile(r'"((?:[^"\\]|\\.)*+)"', re.DOTALL)
_BARE = re.compile(r"[^\r\n]*")
_COMMENT = re.compile(r"(?:^|[ \t]+)#.*")
_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n|\Z)")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\", "$": "$"}


def parse_env(source: Source) -> tuple[dict[str, str], list[Finding]]:
    """Return the variables, the last of each name, and findings on what isn't understood."""
    variables: dict[str, str] = {}
    findings: list[Finding] = []
    text, position = source.text, 0
    while position < len(text):
        if blank := _BLANK.match(text, position):
            position = blank.end()
            continue
        parsed = _variable(source, position)
        if isinstance(parsed, Finding):
            findings.append(parsed)
            position = _line_end(text, position)
        else:
            name, value, position = parsed
            variables[name] = value
    return variables, findings


def is_name(text: str) -> bool:
    """Return whether a variable in a definition file can have this name."""
    return _NAME.fullmatch(text) is not None


def _variable(source: Source, start: int) -> tuple[str, str, int] | Finding:
    """Return the variable on the line, its value, and where the next line begins."""
    head = _HEAD.match(source.text, start)
    if head is None:
        return source.error(
            start, "this is not NAME=value", "Write NAME=value, or begin the line with #"
        )
    if not is_name(head[1]):
        message = f"{quoted(head[1])} is not a variable's name"
        return source.error(head.start(1), message, "Use letters, digits and _")
    opening = source.text[head.end() : head.end() + 1]
    if opening not in {"'", '"'}:
        bare = _BARE.match(source.text, head.end())
        value = _COMMENT.sub("", bare.group() if bare else "").strip()
        return head[1], value, _line_end(source.text, head.end())
    found = (_SINGLE if opening == "'" else _DOUBLE).match(source.text, head.end())
    if found is None:
        return source.error(
            head.end(), f"the value of {head[1]} has no closing quote", f"Add {opening}"
        )
    rest = _BLANK.match(source.text, found.end())
    if rest is None:
        message = f"there is text after the value of {head[1]}"
        return source.error(found.end(), message, "Put all of it in quotes")
    return head[1], found[1] if opening == "'" else _unescaped(found[1]), rest.end()


def _unescaped(text: str) -> str:
    """Return the text with the known escapes replaced; others stay as they are."""
    return _ESCAPE.sub(lambda found: _ESCAPED.get(found[1], found.group()), text)


def _line_end(text: str, position: int) -> int:
    line = _LINE.match(text, position)
    return line.end() if line else len(text)
