"""The page of `cage.json`, folded from its JSON Schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cage.definitions.schema import of_shape
from cage.options.settings_file import shape
from docsite.markdown import code, entry, page, prose

_LIMITS = {
    "minimum": "at least {}",
    "maximum": "at most {}",
    "exclusiveMinimum": "more than {}",
    "minItems": "at least {} of them",
    "maxItems": "at most {} of them",
    "minLength": "at least {} characters",
}


def keys() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield each key of the file, such as `checks.http[].path`, and its schema."""
    schema = of_shape(shape(), "cage.json")
    yield from _keys("", schema, schema.get("definitions", {}))


def pages() -> Iterator[tuple[str, str]]:
    """Yield the path and the text of the page."""
    blocks = [entry(code(key), _told(schema)) for key, schema in keys()]
    yield (
        "reference/cage-json.md",
        page(
            "cage.json",
            "A definition directory can hold a file with settings for cage itself: `cage.json`, "
            "or with the same content `cage.jsonc`, `cage.yaml`, `cage.yml` or `cage.jsonnet`. "
            "Flags and variables override it. `cage check` checks it, and `cage schema cage` "
            "prints its JSON Schema. Names in brackets are yours to choose.",
            *blocks,
        ),
    )


def _keys(
    prefix: str, schema: Mapping[str, Any], known: Mapping[str, Any], seen: tuple[str, ...] = ()
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, value in schema.get("properties", {}).items():
        yield f"{prefix}{name}", value
        yield from _below(f"{prefix}{name}", value, known, seen)


def _below(
    key: str, value: Mapping[str, Any], known: Mapping[str, Any], seen: tuple[str, ...]
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for part in (value, *value.get("anyOf", ()), *value.get("allOf", ())):
        name = str(part.get("$ref", "")).rpartition("/")[2]
        if name and name not in seen:
            yield from _keys(f"{key}.", known[name], known, (*seen, name))
        if isinstance(part.get("items"), dict):
            yield from _below(f"{key}[]", part["items"], known, seen)
        if isinstance(part.get("additionalProperties"), dict):
            yield from _below(f"{key}.[NAME]", part["additionalProperties"], known, seen)


def _told(schema: Mapping[str, Any]) -> str:
    facts = [_kind(schema)]
    facts += [text.format(f"{schema[k]:g}") for k, text in _LIMITS.items() if k in schema]
    return f"{prose(schema.get('description', ''))} ({'; '.join(f for f in facts if f)})".strip()


def _kind(schema: Mapping[str, Any]) -> str:
    if "enum" in schema:
        return "one of " + ", ".join(code(str(v)) for v in schema["enum"] if v is not None)
    kinds = schema.get("type", "object")
    kinds = [kinds] if isinstance(kinds, str) else kinds
    names = [kind for kind in kinds if kind != "null"]
    if names == ["array"]:
        return f"list of {_kind(schema.get('items', {}))}s"
    return " or ".join(names)
