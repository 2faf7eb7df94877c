"""Small pieces of Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_CODE = re.compile(r"(`+[^`]+`+)")
_SPECIAL = re.compile(r"([\\*_<>\[\]])")


def code(text: str) -> str:
    """Return text as code."""
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def prose(text: str) -> str:
    """Return text such that Markdown shows it as it is written, but for `code`."""
    parts = _CODE.split(text)
    return "".join(p if _CODE.fullmatch(p) else _SPECIAL.sub(r"\\\1", p) for p in parts)


def sentence(text: str) -> str:
    """Return prose that begins with a capital letter."""
    return prose(text[:1].upper() + text[1:])


def page(title: str, *blocks: str) -> str:
    """Return a page from its title and its blocks."""
    return "\n\n".join((f"# {title}", *(block for block in blocks if block))) + "\n"


def entry(term: str, *paragraphs: str) -> str:
    """Return a term with what it means."""
    first, *rest = [paragraph for paragraph in paragraphs if paragraph] or [""]
    return "\n".join((term, f":   {first}", *(f"\n    {paragraph}" for paragraph in rest)))


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table."""
    lines = [list(head), ["---"] * len(head), *(list(row) for row in rows)]
    return "\n".join(f"| {' | '.join(_cell(c) for c in line)} |" for line in lines)


def bullets(texts: Iterable[str]) -> str:
    """Return a list."""
    return "\n".join(f"- {text}" for text in texts)


def fenced(language: str, text: str) -> str:
    """Return a block of code."""
    return f"```{language}\n{text.rstrip()}\n```"


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())
