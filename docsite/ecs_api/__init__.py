"""How cage and the simulator treat ECS's operations and the members of their structures.

The table is `members.toml` and `operations.toml`. Tests hold that it is complete for the newest
model of botocore, and that what it says is so.
"""

from __future__ import annotations

import dataclasses
import functools
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

CAGE = {
    "used": "cage reads it, and decides by it or changes it",
    "passed on": "cage sends it as the files have it",
    "told": "cage shows it to you, and does nothing else with it",
    "ignored": "cage leaves it out on purpose",
    "refused": "cage refuses to roll out a service that has some values of it",
}
"""What cage can do, and what each word means."""

SIMULATOR = {
    "plays": "the simulator does what ECS does with it",
    "keeps": "the simulator accepts it and shows it again, and nothing else depends on it",
    "omits": "the simulator accepts it, and shows it nowhere",
    "refuses": "the simulator refuses a request that has it",
    "shows": "the simulator's answers have it, from what happened in the account",
    "never shows": "the simulator's answers never have it",
}
"""What the simulator can do, and what each word means."""

OPERATIONS = {
    "CreateService": "request",
    "UpdateService": "request",
    "RegisterTaskDefinition": "request",
    "RunTask": "request",
    "StartTask": "request",
    "DescribeServices": "request and answer",
    "DescribeServiceDeployments": "request and answer",
    "DescribeServiceRevisions": "request and answer",
}
"""The operations whose members the table has."""


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """What is true of some members.

    Attributes:
        cage: A word of `CAGE`.
        simulator: A word of `SIMULATOR`.
        source: A page and a heading of AWS's documentation.
        members: (structure, member), such as `("Tag", "key")`.
    """

    cage: str
    simulator: str
    reason: str
    source: str
    members: tuple[tuple[str, str], ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Operation:
    """How an operation is treated.

    Attributes:
        cage: A word of `CAGE`.
        simulator: `answers` or `refuses`.
    """

    name: str
    cage: str
    simulator: str
    reason: str
    source: str


@functools.cache
def rows() -> tuple[Row, ...]:
    """Return the rows of `members.toml`, in their order."""
    return tuple(
        Row(one["cage"], one["simulator"], one["reason"], one["source"], tuple(_members(one)))
        for one in _read("members.toml")["row"]
    )


def _members(row: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for line in str(row["members"]).strip().splitlines():
        structure, _, names = line.partition(":")
        yield from ((structure.strip(), name) for name in names.split())


@functools.cache
def operations() -> tuple[Operation, ...]:
    """Return the operations of `operations.toml`, by name."""
    found = [
        Operation(name, one["cage"], one["simulator"], one["reason"], one["source"])
        for one in _read("operations.toml")["row"]
        for name in str(one["operations"]).split()
    ]
    return tuple(sorted(found, key=lambda one: one.name))


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / name).read_text(encoding="utf-8"))
