"""The page of ECS's operations and their members, folded from the table in `ecs_api`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from docsite.ecs_api import CAGE, OPERATIONS, SIMULATOR, Row, operations, rows
from docsite.markdown import bullets, code, entry, page, prose, table

_SIMULATED = {
    "answers": "the simulator answers it, and other operations show what it changed",
    "refuses": "the simulator refuses it with UnknownOperationException",
}


def pages() -> Iterator[tuple[str, str]]:
    """Yield the path and the text of the page."""
    every = operations()
    answered = sum(one.simulator == "answers" for one in every)
    facts = ((code(o.name), o.cage, o.simulator, prose(o.reason), prose(o.source)) for o in every)
    yield (
        "reference/ecs-api.md",
        page(
            "The ECS API",
            "This page says of each operation of ECS, and of each member of the requests and "
            "answers that cage uses, what cage does with it, why, and what the simulator does.",
            f"The simulator answers {answered} of ECS's {len(every)} operations. Tests compare "
            "this page with the newest model of botocore, with the simulator and with cage.",
            "## What the words mean",
            "What cage does:",
            bullets(_meanings(CAGE)),
            "What the simulator does with a member:",
            bullets(_meanings(SIMULATOR)),
            "What the simulator does with an operation:",
            bullets(_meanings(_SIMULATED)),
            "## Operations",
            table(("Operation", "cage", "Simulator", "Why", "Source"), facts),
            "## Members",
            "The members are those of "
            + ", ".join(f"{code(name)} ({part})" for name, part in OPERATIONS.items())
            + ". A structure that several of them have is listed once.",
            *(_entry(row) for row in rows()),
        ),
    )


def _meanings(words: Mapping[str, str]) -> Iterable[str]:
    return (f"**{word}**: {meaning}." for word, meaning in words.items())


def _entry(row: Row) -> str:
    structures: dict[str, list[str]] = {}
    for structure, member in row.members:
        structures.setdefault(structure, []).append(code(member))
    named = "; ".join(f"{name}: {', '.join(found)}" for name, found in structures.items())
    return entry(
        f"**{row.cage}**, and the simulator {row.simulator}",
        prose(row.reason),
        named + ".",
        f"Source: {prose(row.source)}.",
    )
