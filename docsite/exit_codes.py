"""The page of the exit codes."""

from __future__ import annotations

from collections.abc import Iterator

from cage import runbooks
from cage.runbooks import EXIT_CODES
from docsite.declared import commands
from docsite.markdown import bullets, page, prose, sentence, table


def pages() -> Iterator[tuple[str, str]]:
    """Yield the path and the text of the page."""
    rows = (
        (
            f"[{name}](../runbooks/{EXIT_CODES}/{name}.md)",
            sentence(runbooks.title(EXIT_CODES, name)),
        )
        for name in runbooks.names(EXIT_CODES)
    )
    own = (
        f"[cage {c.name}](commands/{c.name}.md): {prose('; '.join(c.exit_codes))}."
        for c in commands()
        if c.exit_codes
    )
    yield (
        "reference/exit-codes.md",
        page(
            "Exit codes",
            "Each code has a runbook: what it means, how to confirm it, and what to do.",
            table(("Code", "Meaning"), rows),
            "A revision that was registered before an abort stays registered. It costs nothing, "
            "and no service runs it.",
            "## By command",
            bullets(own),
        ),
    )
