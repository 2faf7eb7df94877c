"""Variables in definition files: `${NAME}` and its variants, replaced in one pass.

    ${NAME}              the variable; it must be defined
    ${NAME:-default}     the default, when the variable is undefined or empty
    ${NAME:?message}     the message is the error, when it is undefined or empty
    ${prefix:reference}  looked up elsewhere, by the resolver of that prefix
    $${NAME}             a literal ${NAME}

Anything else with a dollar sign stays as it is. A value is never scanned again, and never
appears in a finding.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeAlias

from cage.definitions.findings import Finding, quoted
from cage.definitions.limits import (
    MAX_FILLED_CHARACTERS,
    MAX_NESTED_DEFAULTS,
    MAX_PLACEHOLDER_CHARACTERS,
    MAX_PLACEHOLDERS,
)
from cage.definitions.lookups import Found, Lookup, LookupFailedError

if TYPE_CHECKING:
    from cage.definitions.source import Source

Decode: TypeAlias = Callable[[str, int], str]
"""Returns a default's meaning in its file's own syntax; the number is the placeholder's offset."""

_MARK = re.compile(r"\$\$?\{")
_VARIABLE = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(?:(:-|:\?)(.*))?", re.DOTALL)
_LOOKUP = re.compile(r"([a-z][a-z0-9_]*):(.*)", re.DOTALL)
_BRACE_OR_END = re.compile(r"[{}\n\r]")
_LINE_END = re.compile(r"[\n\r]")
_BRACE = re.compile(r"[{}]")
_LITERAL_HINT = "write $${…} to keep it unchanged"
_PLACES_SHOWN = 5

KEY_REFUSED = "a secret's value can't be a key"
KEY_REMEDY = "Put it into a text, as a value"


@dataclasses.dataclass(frozen=True, slots=True)
class Replacement:
    """The replacement for a placeholder.

    Attributes:
        start: The placeholder's offset in the source.
        end: The offset after it.
        text: The value; the placeholder as written, if it is unknown.
        unknown: Whether it couldn't be replaced: there is a finding about that, or its value isn't
            looked up.
        secret: Whether the text contains a secret's value.
    """

    start: int
    end: int
    text: str
    unknown: bool = False
    secret: bool = False


class Substitution:
    """Replaces placeholders with values, and remembers those it couldn't replace.

    Args:
        source: The file that is being read.
        environ: The variables.
        lookups: Resolvers by prefix.
    """

    def __init__(
        self, source: Source, environ: Mapping[str, str], lookups: Mapping[str, Lookup]
    ) -> None:
        self._source = source
        self._environ = environ
        self._lookups = lookups
        self._failed: dict[str, tuple[LookupFailedError, list[int]]] = {}
        self._undefined: dict[str, list[int]] = {}
        self._empty: dict[str, list[int]] = {}
        self._in_text = True
        self._secret = False
        self._findings: list[Finding] = []
        self._room = MAX_FILLED_CHARACTERS
        self._left = MAX_PLACEHOLDERS

    @property
    def findings(self) -> list[Finding]:
        """Everything that couldn't be replaced; repeated placeholders are listed once."""
        undefined = map(self._undefined_finding, self._undefined)
        empty = map(self._empty_finding, self._empty)
        return [*self._findings, *undefined, *empty, *map(self._failed_finding, self._failed)]

    def spans(self) -> list[tuple[int, int]]:
        """Return the locations of placeholders, without replacing them."""
        found: list[tuple[int, int]] = []
        text, position = self._source.text, 0
        while mark := _MARK.search(text, position):
            close = self._closing(mark.end(), len(text))
            if close is None:
                line_end = _LINE_END.search(text, mark.end())
                position = line_end.end() if line_end else len(text)
            else:
                found.append((mark.start(), close))
                position = close
        return found

    def replacements(self, start: int, end: int, decode: Decode) -> list[Replacement]:
        """Return the replacement for each placeholder between two offsets of the source.

        Args:
            start: Where to begin.
            end: Where to stop.
            decode: Reads the text of a default.
        """
        found: list[Replacement] = []
        position = start
        while self._left >= 0 and (mark := _MARK.search(self._source.text, position, end)):
            one = self.replacement(mark.start(), end, decode)
            if one is None:
                line_end = _LINE_END.search(self._source.text, mark.end(), end)
                position = line_end.end() if line_end else end
            else:
                position = one.end
                found.append(one)
        return found

    def replacement(
        self, start: int, end: int, decode: Decode, *, in_text: bool = True
    ) -> Replacement | None:
        """Return the replacement for the placeholder at `start`; None if it has no end.

        Args:
            start: Where the placeholder begins.
            end: Where to stop.
            decode: Reads the text of a default.
            in_text: Whether it is inside a text, where a secret's value is allowed.
        """
        self._left -= 1
        if self._left < 0:
            if self._left == -1:
                self._refuse(start, f"the file contains more than {MAX_PLACEHOLDERS} placeholders")
            return None
        literal = self._source.text.startswith("$$", start)
        close = self._closing(start + (3 if literal else 2), end)
        if close is None:
            if not literal:
                self._refuse(
                    start, "${ has no closing } on its line", f"Close it, or {_LITERAL_HINT}"
                )
            return None
        written = self._source.text[start:close]
        if literal:
            return Replacement(start, close, decode(written[1:], start))
        self._in_text, self._secret = in_text, False
        text = self._fitting(written[2:-1], start, decode)
        if text is None:
            return Replacement(start, close, written, unknown=True)
        return Replacement(start, close, text, secret=self._secret)

    def _fitting(self, inner: str, at: int, decode: Decode) -> str | None:
        """Return a placeholder's value, if there is room for it."""
        if self._room < 0:
            return None
        text = self._value(inner, at, decode, depth=0)
        self._room -= len(text or "")
        if self._room < 0:
            self._refuse(at, "the file is too large after its variables are inserted")
            return None
        return text

    def _closing(self, position: int, end: int) -> int | None:
        """Return the offset after the brace that closes one opened before `position`."""
        depth, end = 1, min(end, position + MAX_PLACEHOLDER_CHARACTERS)
        for brace in _BRACE_OR_END.finditer(self._source.text, position, end):
            match brace.group():
                case "{":
                    depth += 1
                case "}":
                    depth -= 1
                case _:
                    return None
            if depth == 0:
                return brace.end()
        return None

    def _value(self, inner: str, at: int, decode: Decode, depth: int) -> str | None:
        """Return a placeholder's value, or None and record a finding."""
        variable = _VARIABLE.fullmatch(inner)
        if variable is None:
            return self._lookup(inner, at)
        name, form, argument = variable.groups()
        value = self._environ.get(name, "")
        if value or (form is None and name in self._environ):
            if not value:
                self._empty.setdefault(name, []).append(at)
            return value if self._usable(name, value, at) else None
        match form:
            case None:
                self._undefined.setdefault(name, []).append(at)
            case ":?":
                reason = argument or "it is undefined or empty"
                self._refuse(at, f"${{{name}}} is needed: {reason}", f"Set {name}")
            case _:
                return self._default(argument, at, decode, depth)
        return None

    def _default(self, text: str, at: int, decode: Decode, depth: int) -> str | None:
        """Return a default, which can contain placeholders and is in the file's own syntax."""
        result, position = "", 0
        while mark := _MARK.search(text, position):
            close = _closing_in(text, mark.end())
            if close is None or depth == MAX_NESTED_DEFAULTS:
                self._refuse(at, "a nested default is not closed or nested too deeply")
                return None
            result += decode(text[position : mark.start()], at)
            position = close
            if mark.group() == "$${":
                result += decode(text[mark.start() + 1 : close], at)
                continue
            value = self._value(text[mark.end() : close - 1], at, decode, depth + 1)
            if value is None:
                return None
            result += value
        return result + decode(text[position:], at)

    def _lookup(self, inner: str, at: int) -> str | None:
        parts = _LOOKUP.fullmatch(inner)
        if parts is None:
            self._refuse(at, *_why_no_variable(inner))
            return None
        prefix, reference = parts.groups()
        if prefix not in self._lookups:
            known = ", ".join(sorted(self._lookups))
            self._refuse(
                at,
                f"${{{prefix}:…}} is not a known lookup",
                f"Use one of {known}, or {_LITERAL_HINT}"
                if known
                else f"Use a variable ${{NAME}}, or {_LITERAL_HINT}",
            )
            return None
        try:
            found = self._lookups[prefix](reference)
        except LookupFailedError as error:
            self._failed.setdefault(inner, (error, []))[1].append(at)
            return None
        if found is None or not self._usable(inner, found.text, at):
            return None
        return found.text if self._may_stand(found, at) else None

    def _may_stand(self, found: Found, at: int) -> bool:
        if found.secret and not self._in_text:
            self._refuse(at, "a secret's value can only be put into a text", "Put it in quotes")
            return False
        self._secret = self._secret or found.secret
        return True

    def _usable(self, name: str, value: str, at: int) -> bool:
        try:
            value.encode()
        except UnicodeEncodeError:
            self._refuse(at, f"the value of {name} is not valid UTF-8", f"Set {name} again")
            return False
        return True

    def _refuse(self, at: int, message: str, remedy: str = "") -> None:
        self._findings.append(self._source.error(at, message, remedy))

    def _undefined_finding(self, name: str) -> Finding:
        first, *others = self._undefined[name]
        message = f"the variable {name} is not defined{self._also(others)}"
        remedy = f"Set {name}, give a default with ${{{name}:-…}}, or {_LITERAL_HINT}"
        return self._source.error(first, message, remedy)

    def _empty_finding(self, name: str) -> Finding:
        first, *others = self._empty[name]
        message = f"the variable {name} is empty{self._also(others)}"
        remedy = f"Set {name}. If it can be empty, write ${{{name}:-}}"
        return self._source.warning(first, message, remedy)

    def _failed_finding(self, inner: str) -> Finding:
        error, (first, *others) = self._failed[inner]
        written = quoted("${" + inner + "}")
        message = f"{written} can't be looked up{self._also(others)}: {error}"
        return self._source.error(first, message, error.remedy)

    def _also(self, offsets: list[int]) -> str:
        """Describe where else something occurs."""
        places = [self._source.place(offset) for offset in offsets[:_PLACES_SHOWN]]
        also = ", ".join(f"{place.line}:{place.column}" for place in places)
        more = ", …" if len(offsets) > _PLACES_SHOWN else ""
        return f" (also at {also}{more})" if also else ""


def _closing_in(text: str, position: int) -> int | None:
    depth = 1
    for brace in _BRACE.finditer(text, position):
        depth += 1 if brace.group() == "{" else -1
        if depth == 0:
            return brace.end()
    return None


def _why_no_variable(inner: str) -> tuple[str, str]:
    """Describe what a placeholder seems to be if it is not a variable or a lookup."""
    written = quoted("${" + inner + "}")
    if inner.startswith("{"):
        return (
            f"{written} is a template of a CI system that was not rendered",
            "Let the CI system render the file, or use ${NAME} and set NAME",
        )
    if inner.startswith("AWS::"):
        return (
            f"{written} belongs to CloudFormation; it is not a variable",
            "Use a variable such as ${AWS_REGION}, and set it",
        )
    if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", inner.strip()):
        return f"{written} has spaces around its name", f"Write ${{{inner.strip()}}}"
    if re.match(r"[A-Za-z_][A-Za-z0-9_]*(?::?[-+=?#%/^,@]|:[^:])", inner):
        return (
            f"{written} has an unsupported form",
            "Use ${NAME}, ${NAME:-default} or ${NAME:?message}",
        )
    return f"{written} has no valid variable name", f"Use letters, digits and _, or {_LITERAL_HINT}"
