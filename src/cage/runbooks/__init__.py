"""Runbooks: a Markdown file for each exit code, cause of failed tasks and reason of an ending.

`cage help` prints them, and the documentation site shows the same files.
"""

from __future__ import annotations

from pathlib import Path

SITE = ""
"""The address of the published site, without a trailing slash; empty until it is published."""

EXIT_CODES = "exit-codes"
CAUSES = "causes"
REASONS = "reasons"
KINDS = (EXIT_CODES, CAUSES, REASONS)
"""The folders of runbooks, here and on the site."""

_HERE = Path(__file__).parent


def names(kind: str) -> list[str]:
    """Return the names of all runbooks of a kind: numbers in numeric order, then words."""
    found = [path.stem for path in (_HERE / kind).glob("*.md")]
    return sorted(found, key=lambda name: (name.zfill(9) if name.isdecimal() else "~", name))


def text(kind: str, name: str) -> str:
    """Return a runbook, as Markdown."""
    return (_HERE / kind / f"{name}.md").read_text(encoding="utf-8")


def title(kind: str, name: str) -> str:
    """Return a runbook's heading without the exit code, cause or reason."""
    heading = text(kind, name).partition("\n")[0]
    return heading.partition(": ")[2]


def find(topic: str) -> tuple[str, str] | None:
    """Return the kind and name of a topic's runbook, in any case; None if it doesn't exist."""
    wanted = topic.lower()
    return next(((k, n) for k in KINDS for n in names(k) if n.lower() == wanted), None)


def path(kind: str, name: str) -> str:
    """Return the address of a runbook's page on the site."""
    return f"runbooks/{kind}/{name}.html"


def pointer(reason: str) -> str:
    """Return the line that refers to the runbook of a cause or reason; empty if there is none."""
    kinds = (k for k in (CAUSES, REASONS) if (_HERE / k / f"{reason}.md").is_file())
    kind = next(kinds, "") if reason.isalnum() else ""
    if not kind:
        return ""
    page = f" or see {SITE}/{path(kind, reason)}" if SITE else ""
    return f"To learn more, run: cage help {reason}{page}"
