"""Print texts that read as if they were translated: `make english`; exits 1 if there are any.

Read are the strings, docstrings and comments of `src/`, but for those in `exceptions.tsv`.
"""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]

_COLUMNS = 3


def _lines(name: str) -> list[str]:
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def unused(project: Path = ROOT) -> list[str]:
    """Return the exceptions whose text no longer exists, or that give no reason."""
    rows = [line.split("\t") for line in _lines("exceptions.tsv")]
    return [
        row[0]
        for row in rows
        if len(row) != _COLUMNS or row[1] not in (project / row[0]).read_text(encoding="utf-8")
    ]


def _texts(source: str) -> Iterator[tuple[int, str]]:
    """Yield the texts of a file with the lines that they begin in."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value:
            yield node.lineno, node.value
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def found(roots: list[str], project: Path = ROOT) -> Iterator[str]:
    """Yield each match outside the exceptions, with its place."""
    patterns = [re.compile(line) for line in _lines("patterns.txt")]
    exceptions = [line.split("\t") for line in _lines("exceptions.tsv")]
    for path in sorted(path for root in roots for path in (project / root).rglob("*.py")):
        name = str(path.relative_to(project))
        kept = [part for file, part, _reason in exceptions if file == name]
        for line, text in _texts(path.read_text(encoding="utf-8")):
            match = next(filter(None, (pattern.search(text) for pattern in patterns)), None)
            if match and not any(part in text for part in kept):
                about = " ".join(text[max(0, match.start() - 40) : match.end() + 40].split())
                yield f"{name}:{line + text[: match.start()].count(chr(10))}: {about}"


if __name__ == "__main__":
    remaining = list(found(sys.argv[1:] or ["src"]))
    print("\n".join([*remaining, f"{len(remaining)} texts to write again"]))
    sys.exit(1 if remaining else 0)
