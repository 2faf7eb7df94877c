"""Every page of the site: written ones in `docs/`, and generated ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from docsite import (
    commands,
    configuration,
    ecs,
    events,
    exit_codes,
    incidents,
    intervals,
    library,
    permissions,
    project,
    runbooks,
)
from docsite.project import ROOT

DOCS = ROOT / "docs"

_GENERATORS = (
    commands, configuration, exit_codes, events, incidents, intervals, permissions, library,
    runbooks, project, ecs,
)  # fmt: skip


def generated() -> dict[str, str]:
    """Return the text of each generated page, by its path in the site."""
    return {path: text for generator in _GENERATORS for path, text in generator.pages()}


def written() -> dict[str, str]:
    """Return the text of each page in `docs/`, by its path in the site."""
    found = sorted(DOCS.rglob("*.md"))
    return {path.relative_to(DOCS).as_posix(): path.read_text("utf-8") for path in found}


def unfolded(nav: Iterable[object], paths: Iterable[str]) -> list[object]:
    """Return a navigation in which each `folder/*` is replaced by that folder's pages.

    Pages that have an entry of their own are not repeated.
    """
    entries = list(nav)
    named = set(_leaves(entries))
    left = [path for path in paths if path not in named]
    return [entry for item in entries for entry in _unfolded(item, left)]


def _unfolded(item: object, paths: list[str]) -> Iterator[object]:
    if isinstance(item, dict):
        ((title, value),) = item.items()
        below = (
            [e for v in value for e in _unfolded(v, paths)] if isinstance(value, list) else value
        )
        yield {title: below}
    elif isinstance(item, str) and item.endswith("/*"):
        folder = item.removesuffix("*")
        for path in paths:
            name = path.removeprefix(folder)
            if name != path and "/" not in name:
                yield {name.removesuffix(".md"): path} if path.startswith("runbooks/") else path
    else:
        yield item


def _leaves(item: object) -> Iterator[str]:
    if isinstance(item, str):
        yield item
    elif isinstance(item, dict):
        yield from _leaves(list(item.values()))
    elif isinstance(item, list):
        for part in item:
            yield from _leaves(part)
