"""JSON with places, comments and trailing commas; one pass, no recursion.

The standard library's parser doesn't give places, and stops at the first comment.
"""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from cage.definitions.findings import quoted
from cage.definitions.limits import MAX_NUMBER_CHARACTERS
from cage.definitions.syntax import ParsedFile, left_over, unexpected
from cage.definitions.tree import Node
from cage.definitions.tree_builder import StopError, TreeBuilder, as_is

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cage.definitions.lookups import Lookup
    from cage.definitions.source import Source
    from cage.definitions.substitution import Replacement

_STRING = r'"(?:[^"\\\x00-\x1f]++|\\.)*+"'
_NUMBER = r"-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?"
_WORD = "true|false|null"
_APART = r"(?![\w.+-]|\$\$?\{)"
_TOKEN = re.compile(
    r"[ \t\r\n]*+(?:"
    rf"(?P<string>{_STRING})"
    r"|(?P<punctuation>[{}\[\]:,])"
    rf"|(?P<number>{_NUMBER}){_APART}"
    rf"|(?P<word>{_WORD}){_APART}"
    r"|(?P<comment>//[^\n\r]*+|/\*(?:[^*]++|\*(?!/))*+(?:\*/)?|\#[^\n\r]*+)"
    r"|(?P<end>\Z)"
    r"|(?P<filled>[\w.+-]*+(?=\$\$?\{))"
    r"|(?P<bad>)"
    r")"
)
_ONE_VALUE = re.compile(rf"(?P<string>{_STRING})|(?P<number>{_NUMBER})|(?P<word>{_WORD})")
_MARK = re.compile(r"\$\$?\{")
_WORD_CHARACTERS = re.compile(r"[\w.+-]++")
_SPACE = " \t\r\n"
_WORDS: Mapping[str, bool | None] = {"true": True, "false": False, "null": None}


def parse_json(
    source: Source,
    environ: Mapping[str, str],
    lookups: Mapping[str, Lookup],
    *,
    comments_expected: bool = False,
) -> ParsedFile:
    """Parse the file, and fill the variables into its values."""
    reader = _Reader(source, environ, lookups)
    reader.noted = {"comment", "comma"} if comments_expected else set()
    return reader.parse()


class _Token(NamedTuple):
    """A piece of the text; for a value with unquoted variables, the part before them."""

    kind: str
    start: int
    end: int
    text: str


class _Reader(TreeBuilder):
    """Reads tokens with an explicit stack, so depth uses no Python frames."""

    noted: set[str]
    _position = 0
    _previous_end = 0

    def read(self) -> None:
        """Read one value, and require that nothing follows it."""
        self._value(self._next())
        while self.open:
            branch = self.open[-1]
            is_object = isinstance(branch.node.value, dict)
            token = self._item("}" if is_object else "]", is_first=not branch.node.value)
            if token and is_object:
                self._key(token)
                token = self._next()
            if token:
                self._value(token)
        rest = self._next()
        if rest.kind != "end":
            self.stop(rest.start, "there is text after the end of the JSON")

    def _item(self, close: str, *, is_first: bool) -> _Token | None:
        """Return the token that begins the next item; None at the end, which is consumed."""
        token = self._next()
        if token.text == close:
            self.end()
            return None
        if is_first:
            return token
        if token.text != ",":
            if token.kind in {"end", "punctuation"} and token.text not in {"{", "["}:
                self._unexpected(token, f"expected , or {close}")
            self.report(self._previous_end, "a comma is missing here", "Put a comma between them")
            return token
        comma, token = token, self._next()
        if token.text == close:
            self._note(comma.start, "comma", "a comma before the closing bracket was ignored")
            self.end()
            return None
        return token

    def _key(self, token: _Token) -> None:
        """Read a key with its colon."""
        if token.kind != "string":
            self._unexpected(token, "expected a key in double quotes")
        self.add(self._string(token))
        colon = self._next()
        if colon.text != ":":
            self._unexpected(colon, f"expected : after the key {_shown(token)}")

    def _value(self, token: _Token) -> None:
        """Add the value that begins with the token; a container is left open."""
        match token.kind:
            case "string":
                self.add(self._string(token))
            case "number":
                self.add(self._number(token.text, token.start))
            case "word":
                self.add(Node(_WORDS[token.text], token.start))
            case "filled":
                self.add(self._filled_in(token))
            case "punctuation" if token.text in "{[":
                self.begin({} if token.text == "{" else [], token.start)
            case _:
                self._unexpected(token, "expected a value")

    def _next(self) -> _Token:
        """Return the next token that is not a comment."""
        while True:
            self._previous_end = self._position
            found = _TOKEN.match(self.source.text, self._position)
            if found is None or found.lastgroup is None:
                raise StopError
            token = _Token(found.lastgroup, *found.span(found.lastgroup), found[found.lastgroup])
            self._position = token.end
            if token.kind == "bad":
                self._bad_text(token.start)
            if token.kind != "comment":
                return token
            self._comment(token)

    def _comment(self, token: _Token) -> None:
        if token.text.startswith("#{"):
            self._bad_text(token.start)
        if token.text.startswith("#"):
            if "hash" not in self.noted:
                self.noted.add("hash")
                self.report(token.start, "JSON has no # comments", "Use // or remove the line")
        elif token.text.startswith("/*") and not token.text.endswith("*/"):
            self.stop(token.start, "the comment /* is never closed by */")
        else:
            self._note(token.start, "comment", "comments were ignored")

    def _string(self, token: _Token) -> Node:
        """Return a text: its written parts decoded, and variables' values as they are."""
        node = Node("", token.start)
        inside = self.substitution.replacements(token.start, token.end, self._decoded)
        position = token.start + 1
        for one in inside:
            node.value += self._decoded(self.source.text[position : one.start], position) + one.text
            position = one.end
        node.value += self._decoded(self.source.text[position : token.end - 1], position)
        self.fill(node, token.end, inside)
        return node

    def _filled_in(self, token: _Token) -> Node:
        """Return the value of an unquoted variable: always one value."""
        text, position = self.source.text, token.start
        filled, inside = "", []
        while True:
            if _MARK.match(text, position):
                one = self.substitution.replacement(position, len(text), as_is, in_text=False)
                if one is None:
                    raise StopError
                inside.append(one)
                filled, position = filled + one.text, one.end
            elif word := _WORD_CHARACTERS.match(text, position):
                filled, position = filled + word.group(), word.end()
            else:
                break
        self._position = position
        node = self._one_value(filled.strip(_SPACE), token.start, inside)
        self.fill(node, position, inside)
        return node

    def _one_value(self, text: str, at: int, inside: list[Replacement]) -> Node:
        if any(one.unknown for one in inside):
            return Node(None, at)
        found = _ONE_VALUE.fullmatch(text)
        match found and found.lastgroup:
            case "string":
                return Node(self._decoded(text[1:-1], at), at)
            case "number":
                return self._number(text, at)
            case "word":
                return Node(_WORDS[text], at)
        shown = quoted(self.source.text[at : inside[-1].end])
        if text:
            message = f"the value of {shown} must be a number, quoted text, true, false or null"
            remedy = "If it is a text, put quotes around the variable. If it is a list, use Jsonnet"
        else:
            message, remedy = f"the value of {shown} is empty", "Set a value, or a default"
        self.report(at, message, remedy)
        return Node(None, at, unknown=True)

    def _decoded(self, text: str, at: int) -> str:
        """Return the text between quotes with its escapes decoded."""
        if "\\" not in text:
            return text
        try:
            value: str = json.loads(f'"{text}"')
            value.encode()
        except json.JSONDecodeError as error:
            self.report(
                at + max(error.pos - 1, 0),
                "JSON doesn't know the escape after this backslash",
                "Write \\\\ for one backslash",
            )
            return text
        except UnicodeEncodeError:
            self.report(at, "the string contains half of a surrogate pair", "Write the character")
            return text
        return value

    def _number(self, text: str, at: int) -> Node:
        """Return a number; if ECS can't accept it, it is reported and not checked further."""
        value = float(text) if set(text) & set(".eE") else 0
        if len(text) <= MAX_NUMBER_CHARACTERS and math.isfinite(value):
            return Node(value if isinstance(value, float) else int(text), at)
        self.report(at, "the number is longer than ECS accepts")
        return Node(None, at, unknown=True)

    def _unexpected(self, token: _Token, expected: str) -> NoReturn:
        if reason := self._reason(token.start, token.text):
            self.stop(*reason)
        self.stop(token.start, f"{expected}, found {_shown(token)}")

    def _reason(self, start: int, found: str) -> tuple[int, str, str] | None:
        """Return why a token can't be at this place, where that is easy to determine."""
        for place in range(start, max(-1, start - 3), -1):
            if unrendered := left_over(self.source.text, place):
                return place, *unrendered
        if found == "," and self.source.text[:start].rstrip().endswith((",", "{", "[")):
            return start, "there is an extra comma", "Remove it"
        return None

    def _bad_text(self, start: int) -> NoReturn:
        self.stop(*(self._reason(start, "") or (start, *unexpected(self.source.text, start))))

    def _note(self, at: int, kind: str, message: str) -> None:
        if kind not in self.noted:
            self.noted.add(kind)
            self.note(at, message)


def _shown(token: _Token) -> str:
    known = {"end": "the end of the file", "filled": "a variable without quotes"}
    return known.get(token.kind) or quoted(
        token.text[1:-1] if token.kind == "string" else token.text
    )
