"""The mask that a journal applies to every text of every event.

A secret is a value from a secret store, a value under a name such as `DB_PASSWORD`, or a text that
looks like a key. It is masked everywhere. Any other value of a task definition's environment might
be a secret too. It is masked in what the application or AWS wrote, and in sentences.
"""

from __future__ import annotations

import dataclasses
import enum
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias, TypeVar

from cage.masking.secrecy import (
    MASK,
    looks_secret,
    secret_form,
    secret_items,
    secret_parts,
    without_forms,
)
from cage.model.base import FOREIGN

T = TypeVar("T")
_Take: TypeAlias = Callable[[str, str, str], Any]
_VARIABLE = "variable"
_SECRET_NAME = "password"  # noqa: S105  a name

SHORTEST = 5
"""Shorter values, such as `info` or `8080`, are too common to mask."""

_PLAIN_WORD = re.compile(r"[a-z]+")
_DIRECTORIES = frozenset({"PWD", "OLDPWD"})
_MAPS = frozenset({"dockerLabels", "driverOpts", "labels", "options"})
"""Members whose keys are chosen by people (ECS API reference, data types)."""


class SecretText(str):
    """A text of a request that contains a secret.

    AWS gets the text. `repr` shows `***`.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return "'***'"


class Mask:
    """Hides secrets in texts.

    Args:
        definitions: Inputs of API operations.
        public: Texts that are not secret, such as the name of the service.
        environ: Variables of this process, some of which might be secret.
    """

    def __init__(
        self,
        *definitions: Any,
        public: Iterable[str] = (),
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self._public = "\n".join(public)
        self._secrets = {
            value
            for name, value in (environ or {}).items()
            if name not in _DIRECTORIES and looks_secret(name, value)
        }
        self._variables: set[str] = set()
        self._elsewhere: set[str] = set()
        self._hidden: dict[str, tuple[str, ...]] = {}
        self.learn(*definitions)

    def learn(self, *definitions: Any) -> None:
        """Learn the secrets of more definitions."""
        _each(definitions, self._learn)
        secrets = {value for value in self._secrets if value not in self._public}
        known = "\n".join((self._public, *self._elsewhere))
        rare = {v for v in self._variables if v not in known and not _PLAIN_WORD.fullmatch(v)}
        self._hidden = {
            "name": _longest_first(secrets),
            "sentence": _longest_first(secrets | rare),
            "foreign": _longest_first(secrets | self._variables),
        }

    def _learn(self, name: str, text: str, kind: str) -> None:
        if _is_secret(name, text):
            self._secrets.update((text, *secret_parts(text)))
        else:
            (self._variables if kind == _VARIABLE else self._elsewhere).add(text)

    def text(self, text: str, *, foreign: bool = False) -> str:
        """Return the text with `***` in place of secrets.

        Args:
            foreign: Whether the application or AWS wrote it.
        """
        kind = "foreign" if foreign else "sentence" if " " in text else "name"
        for value in self._hidden[kind]:
            text = text.replace(value, MASK)
        return without_forms(text)

    def value(self, value: T, *, foreign: bool = False) -> T:
        """Return the value with every text masked, also in its fields and items."""
        return each_text(value, lambda text, other: self.text(text, foreign=other), foreign=foreign)


def each_text(value: T, change: Callable[[str, bool], str], *, foreign: bool = False) -> T:
    """Return the value with every text changed, also in its fields and items.

    Args:
        change: Called with a text, and whether the application or AWS wrote it.
    """
    found: Any = value
    if isinstance(value, str) and not isinstance(value, enum.Enum):
        found = change(value, foreign)
    elif isinstance(value, tuple):
        found = tuple(each_text(item, change, foreign=foreign) for item in value)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        before = {field: getattr(value, field.name) for field in dataclasses.fields(value)}
        after = {
            field.name: new
            for field, one in before.items()
            if (new := each_text(one, change, foreign=foreign or field.metadata == FOREIGN)) != one
        }
        found = dataclasses.replace(value, **after) if after else value
    return found  # type: ignore[no-any-return]  # it has the type of the value


def redacted(definition: Any) -> Any:
    """Return a definition that can be shown, with `***` in place of known or likely secrets."""
    return _each(definition, lambda name, text, _kind: MASK if _is_secret(name, text) else text)


def secrets_in(*definitions: Any) -> frozenset[str]:
    """Return the texts of definitions that contain a secret from a store."""
    found: list[str] = []
    _each(definitions, lambda _name, text, _kind: found.append(text))
    return frozenset(text for text in found if isinstance(text, SecretText))


def _longest_first(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted((v for v in values if len(v) >= SHORTEST), key=len, reverse=True))


def _is_secret(name: str, text: str) -> bool:
    return isinstance(text, SecretText) or (looks_secret(name, text) if name else secret_form(text))


def _each(value: Any, take: _Take, key: str = "", *, named: bool = False) -> Any:
    """Return a definition with each text replaced by what `take` returns for it.

    Args:
        take: Called with the name that the author chose, the text, and its kind.
    """
    match value:
        case str():
            return take(key if named else "", value, "")
        case {"value": str() as text}:
            name = str(value.get("name") or value.get("key") or "")
            masked = take(name, text, _VARIABLE if "name" in value else "")
            return {k: masked if k == "value" else _each(v, take) for k, v in value.items()}
        case dict():
            named = key in _MAPS
            return {k: _each(item, take, str(k), named=named) for k, item in value.items()}
        case list() | tuple() if all(isinstance(item, str) for item in value):
            secret = secret_items(value)
            return [
                take(_SECRET_NAME if number in secret else "", item, "")
                for number, item in enumerate(value)
            ]
        case list() | tuple():
            return [_each(item, take) for item in value]
        case _:
            return value
