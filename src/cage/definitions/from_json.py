"""JSON with places, comments and trailing commas; one pass, no recursion.

The standard library's parser gives no places, and stops at the first comment.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NoReturn

from cage.definitions.filled import Filled, Replacement
from cage.definitions.findings import FilledText, Finding, quoted
from cage.definitions.limits import MAX_DEPTH, MAX_FINDINGS, MAX_NUMBER_CHARACTERS, MAX_VALUES
from cage.definitions.substitution import KEY_REFUSED, KEY_REMEDY, Substitution
from cage.definitions.syntax import ParsedFile, left_over, unexpected
from cage.definitions.tree import Node

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cage.definitions.lookups import Lookup
    from cage.definitions.source import Source

_COMMENT = r"//[^\n\r]*+|/\*(?:[^*]++|\*(?!/))*+(?:\*/)?|\#[^\n\r]*+"
_SCAN = re.compile(rf'"(?:[^"\\\n\r]++|\\[^\n\r])*+"?|{_COMMENT}|\$\$?\{{')
_TOKEN = re.compile(
    r"[ \t\r\n]*+(?:"
    r'(?P<string>"(?:[^"\\\x00-\x1f]++|\\.)*+")'
    r"|(?P<punctuation>[{}\[\]:,])"
    r"|(?P<number>-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?(?![\w.+-]))"
    r"|(?P<word>(?:true|false|null)(?!\w))"
    rf"|(?P<comment>{_COMMENT})"
    r"|(?P<end>\Z)"
    r")"
)
_LINE_END = re.compile(r"[\n\r]")
_SPACE = re.compile(r"[ \t\r\n]*+")
_WORDS: Mapping[str, bool | None] = {"true": True, "false": False, "null": None}


def parse_json(
    source: Source,
    environ: Mapping[str, str],
    lookups: Mapping[str, Lookup],
    *,
    comments_expected: bool = False,
) -> ParsedFile:
    """Replace the placeholders and parse the result."""
    substitution = Substitution(source, environ, lookups)
    filled = Filled(source, _replacements(source.text, substitution))
    parser = _Parser(filled, comments_expected=comments_expected)
    root = parser.parse()
    return ParsedFile(source, root, [*substitution.findings, *parser.findings])


def _replacements(text: str, substitution: Substitution) -> list[Replacement]:
    """Return all replacements; none in comments."""
    found: list[Replacement] = []
    position = 0
    if "${" not in text:
        return found
    while not substitution.exhausted and (token := _SCAN.search(text, position)):
        position = token.end()
        if token.group().startswith("$"):
            one = substitution.replacement(token.start(), len(text), _as_is, in_text=False)
            if one:
                found.append(one)
                position = one.end
            else:
                line_end = _LINE_END.search(text, position)
                position = line_end.end() if line_end else len(text)
        elif token.group().startswith('"') and "${" in token.group():
            found += substitution.replacements(token.start(), token.end(), _escaped)
    return found


def _as_is(value: str) -> str:
    return value


def _escaped(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)[1:-1]


class _StopError(Exception):
    """The rest of the file can't be understood; the finding is made."""


class _Parser:
    """Reads tokens with an explicit stack, so that depth costs no Python frames."""

    def __init__(self, filled: Filled, *, comments_expected: bool) -> None:
        self.findings: list[Finding] = []
        self._filled = filled
        self._text = filled.text
        self._has_placeholders = bool(filled.replacements)
        self._position = 0
        self._previous_end = 0
        self._room = MAX_VALUES
        self._open: list[Node] = []
        self._noted = {"comment", "comma"} if comments_expected else set[str]()

    def parse(self) -> Node | None:
        """Return the tree, or None when the text can't be understood to its end."""
        try:
            root = self._value(self._next())
            while self._open:
                container = self._open[-1]
                if isinstance(container.value, dict):
                    self._members(container)
                else:
                    self._elements(container)
            rest = self._next()
            if rest.lastgroup != "end":
                self._stop(
                    rest.start(rest.lastgroup or 0), "there is text after the end of the JSON"
                )
        except _StopError:
            return None
        return root

    def _members(self, container: Node) -> None:
        """Read members of an object up to its end, or up to one that is a container."""
        members: dict[str, Node] = container.value
        while True:
            token = self._after_item(len(members), "}")
            if token is None:
                return
            if token.lastgroup != "string":
                self._unexpected(token, "expected a key in double quotes")
            start, end = token.span("string")
            key: str = self._string(start, end)
            if self._has_placeholders and (inside := self._filled.within(start, end)):
                key = FilledText(key, self._filled.written(start, end))
                if any(one.secret for one in inside):
                    self._report(start, KEY_REFUSED, KEY_REMEDY)
            colon = self._next()
            if colon[colon.lastgroup or 0] != ":":
                self._unexpected(colon, f"expected : after the key {self._shown(start, end)}")
            at = self._filled.origin(start)
            if key in members:
                first = self._filled.source.place(container.keys[key]).line
                message = f"the key {self._shown(start, end)} is here twice, first in line {first}"
                self._report(start, message, "Keep one of them")
            node = self._value(self._next())
            members[key] = node
            container.keys[key] = at
            if self._open[-1] is not container:
                return

    def _elements(self, container: Node) -> None:
        """Read elements of a list up to its end, or up to one that is a container."""
        elements: list[Node] = container.value
        while True:
            token = self._after_item(len(elements), "]")
            if token is None:
                return
            elements.append(self._value(token))
            if self._open[-1] is not container:
                return

    def _after_item(self, count: int, close: str) -> re.Match[str] | None:
        """Return the token that begins the next item, or None at the container's end."""
        token = self._next()
        text = token[token.lastgroup or 0]
        if text == close:
            self._open.pop()
            return None
        if not count:
            return token
        if text != ",":
            if token.lastgroup in {"end", "punctuation"} and text not in {"{", "["}:
                self._unexpected(token, f"expected , or {close}")
            self._report(self._previous_end, "a comma is missing here", "Put a , between the two")
            return token
        comma = token.start("punctuation")
        token = self._next()
        if token[token.lastgroup or 0] == close:
            self._note(comma, "comma", "a comma before the closing bracket was ignored")
            self._open.pop()
            return None
        return token

    def _value(self, token: re.Match[str]) -> Node:
        """Return the value that begins with the token; a container is left open."""
        self._room -= 1
        if self._room < 0:
            self._stop(token.start(), f"the file holds more than {MAX_VALUES} values")
        kind = token.lastgroup
        start, end = token.span(kind or 0)
        node = Node(None, self._filled.origin(start) if self._has_placeholders else start)
        if kind == "string":
            node.value = self._string(start, end)
        elif kind == "number":
            node.value = self._number(start, token["number"])
            node.unknown = node.value is None
        elif kind == "word":
            node.value = _WORDS[token["word"]]
        elif kind is None:
            node.unknown = True
        elif kind == "punctuation" and self._text[start] in "{[":
            node.value = {} if self._text[start] == "{" else []
            self._open.append(node)
            if len(self._open) > MAX_DEPTH:
                self._stop(start, f"the file is nested deeper than {MAX_DEPTH} levels")
            return node
        else:
            self._unexpected(token, "expected a value")
        if self._has_placeholders and (inside := self._filled.within(start, end)):
            node.source = self._filled.written(start, end)
            node.unknown = any(one.unknown for one in inside)
            node.secret = any(one.secret for one in inside)
        return node

    def _next(self) -> re.Match[str]:
        """Return the next token that is no comment; `lastgroup` is its kind."""
        while True:
            self._previous_end = self._position
            token = _TOKEN.match(self._text, self._position)
            if token is None:
                return self._placeholder()
            self._position = token.end()
            if token.lastgroup != "comment":
                return token
            self._comment(token)

    def _placeholder(self) -> re.Match[str]:
        """Return a token for a placeholder that couldn't be replaced, outside a string."""
        space = _SPACE.match(self._text, self._position)
        start = space.end() if space else self._position
        inside = self._filled.within(start, start + 1)
        if not inside or not inside[0].unknown:
            self._bad_text(start)
        token = re.compile(re.escape(inside[0].text)).match(self._text, start)
        if token is None:
            self._bad_text(start)
        self._position = token.end()
        return token

    def _comment(self, token: re.Match[str]) -> None:
        start, text = token.start("comment"), token["comment"]
        if text.startswith("#{"):
            self._bad_text(start)
        if text.startswith("#"):
            if "hash" not in self._noted:
                self._noted.add("hash")
                self._report(start, "JSON has no # comments", "Use // or remove the line")
        elif text.startswith("/*") and not text.endswith("*/"):
            self._stop(start, "the comment /* is never closed by */")
        else:
            self._note(start, "comment", "comments were ignored")

    def _string(self, start: int, end: int) -> str:
        text = self._text[start + 1 : end - 1]
        if "\\" not in text:
            return text
        try:
            value: str = json.loads(self._text[start:end])
            value.encode()
        except json.JSONDecodeError as error:
            self._report(
                start + error.pos,
                "a backslash is followed by no escape that JSON knows",
                "Write \\\\ for one backslash",
            )
            return text
        except UnicodeEncodeError:
            self._report(start, "the string holds half of a surrogate pair", "Write the character")
            return text
        return value

    def _number(self, start: int, text: str) -> int | float | None:
        """Return the number; None for one that is too long, and of which no more is to be said."""
        if len(text) > MAX_NUMBER_CHARACTERS:
            self._report(start, "the number is longer than any that ECS takes")
            return None
        return float(text) if set(text) & set(".eE") else int(text)

    def _shown(self, start: int, end: int) -> str:
        written = self._filled.written(start, end)
        return quoted(written[1:-1] if written.startswith('"') else written)

    def _unexpected(self, token: re.Match[str], expected: str) -> NoReturn:
        kind = token.lastgroup or 0
        if reason := self._reason(token.start(kind), token[kind]):
            self._stop(*reason)
        found = "the end of the file" if kind == "end" else self._shown(*token.span(kind))
        self._stop(token.start(kind), f"{expected}, and found {found}")

    def _reason(self, start: int, found: str) -> tuple[int, str, str] | None:
        """Return why a token is none that can stand there, where that is easily told."""
        text = self._filled.source.text
        for one in self._filled.within(max(0, self._previous_end - 1), start + 1):
            if not one.text.strip():
                written = quoted(text[one.start : one.end])
                return start, f"the value of {written} is empty", "Give it a value, or a default"
        for place in range(start, max(-1, start - 3), -1):
            if unrendered := left_over(text, self._filled.origin(place)):
                return place, *unrendered
        before = text[: self._filled.origin(start)].rstrip()
        if found == "," and before.endswith((",", "{", "[")):
            return start, "there is a comma too many", "Remove it"
        return None

    def _bad_text(self, start: int) -> NoReturn:
        inside = self._filled.within(start, start + 1)
        if inside:
            written = quoted(self._filled.written(start, start + 1))
            self._stop(start, f"the value of {written} is no JSON where it stands", "Quote it")
        if reason := self._reason(start, ""):
            self._stop(*reason)
        source = self._filled.source
        self._stop(start, *unexpected(source.text, self._filled.origin(start)))

    def _stop(self, at: int, message: str, remedy: str = "") -> NoReturn:
        self._report(at, message, remedy)
        raise _StopError

    def _report(self, at: int, message: str, remedy: str = "") -> None:
        self.findings.append(self._filled.source.error(self._filled.origin(at), message, remedy))
        if len(self.findings) > MAX_FINDINGS:
            raise _StopError

    def _note(self, at: int, kind: str, message: str) -> None:
        if kind not in self._noted:
            self._noted.add(kind)
            self.findings.append(self._filled.source.warning(self._filled.origin(at), message))
