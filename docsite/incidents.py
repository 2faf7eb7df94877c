"""The page of the incidents that a rehearsal knows."""

from __future__ import annotations

from collections.abc import Iterator

from cage.rehearsal.incidents.catalog import CATALOG
from docsite.markdown import code, entry, page, sentence


def pages() -> Iterator[tuple[str, str]]:
    """Yield the path and the text of the page."""
    families = dict.fromkeys(incident.family for incident in CATALOG.values())
    blocks = [block for family in families for block in (f"## {family}", *_entries(family))]
    yield (
        "reference/incidents.md",
        page(
            "Incidents",
            f"`cage rehearse --incident NAME` makes one of these {len(CATALOG)} incidents "
            "happen in the simulator. Each states the right outcome, and a rehearsal that ends "
            "otherwise fails. `cage rehearse --list-incidents` prints the list.",
            *blocks,
        ),
    )


def _entries(family: str) -> Iterator[str]:
    for incident in CATALOG.values():
        if incident.family == family:
            right = " or ".join(sorted(incident.right))
            why = sentence(f"{incident.why}.")
            yield entry(
                code(incident.name),
                sentence(f"{incident.summary}."),
                f"Right outcome: {right}. {why}",
            )
