"""The pages of the runbooks: the files that cage itself prints, and an index of them."""

from __future__ import annotations

from collections.abc import Iterator

from cage import runbooks
from cage.runbooks import CAUSES, EXIT_CODES, REASONS
from docsite.markdown import page, sentence, table


def pages() -> Iterator[tuple[str, str]]:
    """Yield the path and the text of each page."""
    yield "runbooks/index.md", _index()
    for kind in runbooks.KINDS:
        for name in runbooks.names(kind):
            yield f"runbooks/{kind}/{name}.md", runbooks.text(kind, name)


def _index() -> str:
    return page(
        "Runbooks",
        "A runbook explains one ending, cause or reason: what you see, why it happens, how to "
        "confirm it and how to fix it. cage names the runbook in its output. "
        "`cage help` lists all runbooks, and `cage help TOPIC` prints one without a browser.",
        "## By exit code",
        _table("Exit code", EXIT_CODES),
        "## By cause",
        _table("Cause", CAUSES),
        "## By reason of an ending",
        _table("Reason", REASONS),
    )


def _table(head: str, kind: str) -> str:
    rows = (
        (f"[{name}]({kind}/{name}.md)", sentence(runbooks.title(kind, name)))
        for name in runbooks.names(kind)
    )
    return table((head, "What happened"), rows)
