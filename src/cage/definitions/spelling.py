"""The nearest known word."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST = 100


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that was most likely meant; None if none is similar."""
    choices = list(known)
    wanted = squeezed(word)
    for choice in choices:
        if squeezed(choice) == wanted:
            return choice
    if len(word) > _LONGEST:
        return None
    from difflib import get_close_matches  # noqa: PLC0415 - needed only for misspelled words

    near = get_close_matches(word, choices, n=1, cutoff=0.7)
    return near[0] if near else None


def squeezed(word: str) -> str:
    """Return the word without letter case, underscores, hyphens and the s of a plural."""
    return word.lower().replace("_", "").replace("-", "").rstrip("s")
