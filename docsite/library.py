"""The page of the library: what `cage` exports, from signatures and docstrings."""

from __future__ import annotations

import dataclasses
import inspect
import re
import typing
from collections.abc import Iterator, Mapping
from typing import Any

import cage
from docsite.markdown import code, entry, fenced, page, prose
from ecs_simulator import PortError, Simulator
from ecs_simulator.faults import Fault, Faults

_WIDTH = 64
"""Longer signatures are shown with one parameter a line."""

_SECTIONS = ("Args", "Attributes", "Examples", "Returns", "Raises", "Yields")
_ANNOTATION = re.compile(r"(: |-> )'([^']*)'")
_ITEM = re.compile(r"^(\w+): ", re.MULTILINE)


def pages() -> Iterator[tuple[str, str]]:
    """Yield the path and the text of each page."""
    yield (
        "reference/library.md",
        page(
            "Library",
            "Everything here is imported from `cage`. "
            "[Use the library](../guides/library.md) shows how the parts work together.",
            *_blocks({name: getattr(cage, name) for name in cage.__all__}),
        ),
    )
    yield (
        "reference/simulator.md",
        page(
            "Simulator library",
            "`Simulator` and `PortError` are imported from `ecs_simulator`, the others from where "
            "they are. [Use the simulator in your tests](../guides/simulator.md) shows how.",
            *_blocks({"Simulator": Simulator, "Faults": Faults, "Fault": Fault}),
            *_blocks({"PortError": PortError}),
        ),
    )


def _blocks(exported: Mapping[str, Any]) -> Iterator[str]:
    things = {name: exported[name] for name in sorted(exported, key=str.lower)}
    classes = {n: t for n, t in things.items() if inspect.isclass(t)}
    errors = {n: t for n, t in classes.items() if issubclass(t, Exception)}
    functions = {n: t for n, t in things.items() if inspect.isfunction(t)}
    unions = {n: t for n, t in things.items() if typing.get_args(t)}
    shown = {**classes, **functions, **unions}
    constants = {n: t for n, t in things.items() if n not in shown}
    yield from (_class(n, t) for n, t in classes.items() if n not in errors)
    for heading, blocks in {
        "Functions": [_function(n, t, "###") for n, t in functions.items()],
        "Errors": [_error(n, t) for n, t in errors.items()],
        "Unions": [_union(n, t) for n, t in unions.items()],
        "Constants": [entry(code(n), code(repr(t))) for n, t in constants.items()],
    }.items():
        if blocks:
            yield f"## {heading}"
            yield from blocks


def _class(name: str, made: type[Any]) -> str:
    blocks = [f"## {name}", fenced("python", _fields(name, made)), _docstring(made)]
    for member, value in vars(made).items():
        if inspect.isfunction(value) and not member.startswith("_"):
            blocks.append(_function(member, value, "###"))
        elif isinstance(value, property) and not member.startswith("_"):
            blocks += [f"### {member}", _docstring(value)]
    return "\n\n".join(block for block in blocks if block)


def _fields(name: str, made: type[Any]) -> str:
    if not dataclasses.is_dataclass(made):
        return f"class {name}{_signature(made)}"
    lines = [f"class {name}:"]
    for field in dataclasses.fields(made):
        default = "" if field.default is dataclasses.MISSING else f" = {field.default!r}"
        lines.append(f"    {field.name}: {field.type}{default}")
    return "\n".join(lines) if len(lines) > 1 else f"class {name}"


def _function(name: str, function: Any, level: str) -> str:
    kind = "async def" if inspect.iscoroutinefunction(function) else "def"
    head = f"{kind} {name}{_signature(function)}"
    return "\n\n".join((f"{level} {name}", fenced("python", head), _docstring(function)))


def _error(name: str, error: type[Exception]) -> str:
    return entry(f"`{name}`", prose(inspect.cleandoc(error.__doc__ or "").partition("\n")[0]))


def _union(name: str, union: Any) -> str:
    parts = sorted(part.__name__ for part in typing.get_args(union) if inspect.isclass(part))
    return entry(f"`{name}`", f"One of {', '.join(code(part) for part in parts)}.")


def _signature(function: Any) -> str:
    signature = inspect.signature(function)
    line = _ANNOTATION.sub(r"\1\2", str(signature))
    if len(line) <= _WIDTH:
        return line
    parts = [_ANNOTATION.sub(r"\1\2", str(p)) for p in signature.parameters.values()]
    named = [p for p in signature.parameters.values() if p.kind is p.KEYWORD_ONLY]
    if named:
        parts.insert(len(parts) - len(named), "*")
    end = line.rpartition(")")[2]
    return "\n".join(("(", *(f"    {part}," for part in parts), f"){end}"))


def _docstring(thing: Any) -> str:
    text = inspect.cleandoc(thing.__doc__ or "")
    pieces = re.split(rf"^({'|'.join(_SECTIONS)}):\n", text, flags=re.MULTILINE)
    blocks = [prose(pieces[0].strip())]
    for heading, body in zip(pieces[1::2], pieces[2::2], strict=True):
        text = inspect.cleandoc(body)
        blocks.append(f"**{heading}**")
        blocks += [fenced("pycon", text)] if heading == "Examples" else _items(text)
    return "\n\n".join(block for block in blocks if block)


def _items(body: str) -> Iterator[str]:
    before, *rest = _ITEM.split(body)
    if before.strip():
        yield prose(" ".join(before.split()))
    for name, text in zip(rest[::2], rest[1::2], strict=True):
        yield entry(code(name), prose(" ".join(text.split())))
