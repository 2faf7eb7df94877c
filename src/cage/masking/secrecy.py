"""Texts that look like a secret: a value under a common name, or a key in a common form.

cage can't know the purpose of a value. A false positive costs a variable or three asterisks. A
false negative puts a password in a file or a log. So this module prefers false positives.
"""

from __future__ import annotations

import bisect
import functools
import itertools
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from cage.masking.forms import FORMS
from cage.masking.names import KEY, LOOSE, STRICT, TOKEN, names_a_checksum, of_name

MASK = "***"
"""Replaces a secret."""

_PLAIN = re.compile(r"(?i)|true|false|yes|no|on|off|none|null|enabled|disabled")
_ADDRESS = re.compile(r"\d{1,6}(?:\.\d+)?|[a-z]+://[^\s@?]*|[\w.-]+:\d{1,5}|[./~][\w./~-]*")
"""A number, an address or a path: what a setting has, rather than a secret."""

_ONE_WORD = re.compile(r"[a-z]{2,12}|[A-Z][a-z]+")

_FILE = re.compile(r"/[\w.-]+(?:/[\w.-]+)+|[a-z]+://[^\s@?=]*")
_STRONG = re.compile(r"(?=.*[0-9])(?=.*[A-Za-z])[\w.+/=-]{16,}")
_HEX = re.compile(r"(?:[0-9a-f]{2}){28,}|(?:[0-9A-F]{2}){28,}")
_RANDOM = re.compile(r"[A-Za-z0-9+/_-]{32,}={0,2}")
_NAME_WORD = re.compile(r"[A-Z]?[a-z]{3,}")
_LONGEST_NAME = 16
_NAMES_A_SECRET = re.compile(r"\$\{[^}]{0,500}\}|\barn:aws[\w-]{0,12}:[^\s\"']+")
"""A placeholder or an ARN refers to a secret and does not contain it."""

_PLAIN_WORD = re.compile(r"[A-Za-z]*")
_LAST = re.compile(r"[\s=:\"'>]+")
_JSON_LIMIT = 100_000
_BORDERS = frozenset(" \t\r\n\"',")
"""They end a word that is hidden."""


def looks_secret(name: str, value: str) -> bool:
    """Return whether the value under that name is likely to be a secret."""
    if _PLAIN.fullmatch(value) or value.startswith("arn:"):
        return False
    said = of_name(name)
    if said == STRICT and not _FILE.fullmatch(value):
        return True
    if said in {TOKEN, LOOSE} and not _ADDRESS.fullmatch(value):
        return said == TOKEN or not _ONE_WORD.fullmatch(value)
    if said == KEY and _STRONG.fullmatch(value):
        return True
    return secret_form(value) or any(True for _ in secrets_in_json(value)) or _random(name, value)


@functools.lru_cache(maxsize=4096)
def secret_form(value: str) -> bool:
    """Return whether a text contains a key, a token or a URL with a password."""
    return FORMS.search(_without_references(value)) is not None


def without_forms(text: str) -> str:
    """Return the text with `***` in place of each word that contains a key or a password."""
    shown, position = [], 0
    for found in FORMS.finditer(_without_references(text)):
        start, end = found.span()
        if end <= position:
            continue
        while start > position and text[start - 1] not in _BORDERS:
            start -= 1
        while end < len(text) and text[end] not in _BORDERS:
            end += 1
        if start >= position:
            shown += [text[position:start], MASK]
            position = end
        else:  # it begins in the word that is hidden already
            position = max(position, end)
    return "".join((*shown, text[position:]))


def secret_items(items: Sequence[str]) -> frozenset[int]:
    """Return which items of a command contain a secret: alone, or after the item that says so."""
    ends = tuple(itertools.accumulate(len(item) + 1 for item in items))
    found = FORMS.finditer(_without_references(" ".join(items)))
    return frozenset(bisect.bisect_left(ends, match.end() + 1) for match in found)


def secret_parts(value: str) -> frozenset[str]:
    """Return the secrets within a text, such as the password of a URL, or the lines of a key.

    An application can print them alone. A plain word isn't one: sentences have it too.
    """
    found = set(secrets_in_json(value))
    for form in FORMS.finditer(_without_references(value)):
        lines = form[0].splitlines()
        if len(lines) > 1:
            found.update(lines[1:-1])
        found.add(_LAST.split(form[0].rstrip("@\"'"))[-1])
    return frozenset(one for one in found if not _PLAIN_WORD.fullmatch(one))


def secrets_in_json(value: str) -> Iterator[str]:
    """Return the secrets in a text that is a JSON object or array; none if it isn't."""
    if value.lstrip()[:1] not in {"{", "["} or len(value) > _JSON_LIMIT:
        return iter(())
    try:
        found = json.loads(value)
    except (ValueError, RecursionError):
        return iter(())
    return _leaves(found, "") if isinstance(found, dict | list) else iter(())


def _without_references(text: str) -> str:
    """Return the text with spaces in place of what refers to a secret."""
    return _NAMES_A_SECRET.sub(lambda found: " " * len(found[0]), text)


def _leaves(value: Any, name: str) -> Iterator[str]:
    match value:
        case dict():
            for key, item in value.items():
                yield from _leaves(item, key)
        case list():
            for item in value:
                yield from _leaves(item, name)
        case str():
            if looks_secret(name, value):
                yield value


def _random(name: str, text: str) -> bool:
    """Return whether a text is one long word with a mix of characters, like a generated secret."""
    if names_a_checksum(name):
        return False
    if _HEX.fullmatch(text):
        return True
    if not _RANDOM.fullmatch(text):
        return False
    rest = max(re.split(r"[-_]", _NAME_WORD.sub("", text)), key=len)
    kinds = (r"[a-z]", r"[A-Z]", r"[0-9]")
    return len(rest) >= _LONGEST_NAME and all(len(re.findall(kind, text)) >= 2 for kind in kinds)  # noqa: PLR2004
