"""The pages that the repository keeps at its root, and the list of decisions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from docsite.markdown import bullets, page, prose

ROOT = Path(__file__).resolve().parents[1]

_FILES = {
    "CONTRIBUTING.md": "contributing/index.md",
    "ARCHITECTURE.md": "contributing/architecture.md",
    "CHANGELOG.md": "contributing/changelog.md",
}
_LINK = re.compile(r"\]\((?!https?:)([^)#]+)")


def pages() -> Iterator[tuple[str, str]]:
    """Yield the path and the text of each page."""
    for name, path in _FILES.items():
        text = (ROOT / name).read_text(encoding="utf-8")
        yield path, _LINK.sub(_relinked, text)
    yield "decisions/index.md", _decisions()


def _relinked(link: re.Match[str]) -> str:
    """Return a link from the root of the repository as one between pages of the site."""
    target = link[1]
    if target in _FILES:
        return f"]({_FILES[target].rpartition('/')[2]}"
    path = target.removeprefix("docs/")
    return f"](../{path if path.endswith('.md') else f'{path}/index.md'}"


def _decisions() -> str:
    records = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    titles = (path.read_text("utf-8").partition("\n")[0].removeprefix("# ") for path in records)
    return page(
        "Decisions",
        "Each record holds one decision that changed the shape: its context and its consequences.",
        bullets(
            f"[{prose(title)}]({path.name})" for path, title in zip(records, titles, strict=True)
        ),
    )
