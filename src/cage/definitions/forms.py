"""The length and the form that AWS's model gives a text."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from cage.definitions.findings import FilledText, show

if TYPE_CHECKING:
    from cage.ports.shapes import AwsShape

_CLASSES = {
    "L": r"\w",
    "N": r"\w",
    "Z": "\u0020\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000",
}
"""Java's classes of characters in Python. Letters and digits share one class, which accepts a
little more than AWS does, and never less."""

_CLASS = re.compile(r"\\p\{(\w+)\}")


def problem(value: str, shape: AwsShape) -> tuple[str, str] | None:
    """Return why a text can't be of that type, and how to fix it; None if it can be."""
    least, most = shape.minimum or 0, shape.maximum
    if most is not None and len(value) > most:
        return f"{show(value)} has {len(value)} characters", f"Use at most {most}"
    if len(value) < least:
        return f"{show(value)} has {len(value)} characters", f"Use at least {least}"
    form = _form(shape.pattern)
    if form is None or form.fullmatch(value):
        return None
    if isinstance(value, FilledText):
        return f"{show(value)} has characters that AWS doesn't accept here", "Use others"
    odd = [one for one in dict.fromkeys(value) if not form.fullmatch(one)]
    which = ", ".join(show(one) for one in odd) or "some"
    return f"{show(value)} has characters that AWS doesn't accept here", f"Remove {which}"


@functools.cache
def _form(pattern: str) -> re.Pattern[str] | None:
    """Return a pattern of the model for Python; None if it says nothing that Python can check."""
    if not pattern or set(_CLASS.findall(pattern)) - set(_CLASSES):
        return None
    try:
        return re.compile(_CLASS.sub(lambda found: _CLASSES[found[1]], pattern))
    except re.error:
        return None
