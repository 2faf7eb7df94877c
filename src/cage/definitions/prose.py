"""Converts AWS's documentation to plain text; its model has it in HTML."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_BLOCKS = frozenset({"p", "note", "important", "dl", "ul", "ol", "dt", "dd", "br"})
_SPACES = re.compile(r"[ \t\r\n]+")
_DASH = re.compile(r"^-\s+", re.MULTILINE)
_GAPS = re.compile(r" *\n[ \n]*\n *")


def plain_text(html: str) -> str:
    """Return the text, with paragraphs separated and list items after a dash."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    text = _GAPS.sub("\n\n", "".join(reader.pieces)).strip()
    return _DASH.sub("- ", text)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag == "li":
            self.pieces.append("\n\n- ")
        elif tag in _BLOCKS:
            self.pieces.append("\n\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.pieces.append("\n\n")

    def handle_data(self, data: str) -> None:
        self.pieces.append(_SPACES.sub(" ", data))
