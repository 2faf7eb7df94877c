"""Checks the built site: it loads nothing from other hosts, and cage's addresses lead to pages.

`python -m docsite.built site` prints what is wrong, and exits with 1 if anything is.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from cage import runbooks

_LOADED = {
    "audio": "src", "embed": "src", "iframe": "src", "img": "src", "input": "src",
    "link": "href", "object": "data", "script": "src", "source": "src", "video": "src",
}  # fmt: skip
_ELSEWHERE = re.compile(r"""@import|url\(\s*["']?(https?:|//)""")
_HARMLESS_LINKS = {"canonical", "next", "prev"}
"""Relations of `link` for which a browser fetches nothing."""


class _Loads(HTMLParser):
    """Collects the addresses that a browser loads with a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what a tag loads."""
        values = dict(attrs)
        address = values.get(_LOADED.get(tag, "")) or ""
        if tag == "link" and values.get("rel") in _HARMLESS_LINKS:
            return
        if address.startswith(("http:", "https:", "//")):
            self.found.append(address)


def faults(site: Path) -> Iterator[str]:
    """Yield each fault of the built site, in one line."""
    for path in sorted(site.rglob("*.html")):
        page = _Loads()
        page.feed(path.read_text(encoding="utf-8"))
        yield from (f"{path}: loads {address}" for address in page.found)
    for path in sorted(site.rglob("*.css")):
        if _ELSEWHERE.search(path.read_text(encoding="utf-8")):
            yield f"{path}: loads a style or a font from elsewhere"
    for kind in runbooks.KINDS:
        for name in runbooks.names(kind):
            path = site / runbooks.path(kind, name)
            if not path.is_file():
                yield f"{path}: cage prints this address, but the page does not exist"


def main() -> int:
    """Print each fault."""
    found = list(faults(Path(sys.argv[1])))
    sys.stdout.write("".join(f"{line}\n" for line in found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
