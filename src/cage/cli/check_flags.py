"""Flags that ask for checks, read into what `checks` of `cage.json` would say."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping
from typing import Any

from cage.model.base import Shape
from cage.model.errors import UsageError

_EXAMPLE = "'Average AWS/ECS CPUUtilization ClusterName={cluster} ServiceName={service} < 80'"
_FEWEST = 5


def http(text: str) -> Shape:
    """Read `[:PORT]PATH`.

    Raises:
        UsageError: It is none.
    """
    found = re.fullmatch(r"(?::(\d{1,5}))?(/\S*)", text)
    if found is None:
        raise UsageError(
            f"--http can't be read: {text!r}.", "", "Write a path, as /health or :8080/health."
        )
    port, path = found.groups()
    return {"path": path} if port is None else {"path": path, "port": int(port)}


def command(text: str) -> Shape:
    """Read a program and its arguments, quoted as for a shell.

    Raises:
        UsageError: A quote isn't closed.
    """
    return {"run": _words("--command", text)}


def metric(text: str) -> Shape:
    """Read `STATISTIC NAMESPACE METRIC [NAME=VALUE ...] COMPARISON THRESHOLD`.

    Raises:
        UsageError: It is none.
    """
    words = _words("--metric", text)
    dimensions = [word.partition("=") for word in words[3:-2]]
    try:
        threshold = float(words[-1]) if len(words) >= _FEWEST else None
    except ValueError:
        threshold = None
    if threshold is None or not all(name and value for name, _, value in dimensions):
        raise UsageError(f"--metric can't be read: {text!r}.", "", f"Write it as {_EXAMPLE}.")
    return {
        "statistic": words[0],
        "namespace": words[1],
        "metric": words[2],
        "dimensions": {name: value for name, _, value in dimensions},
        "comparison": words[-2],
        "threshold": threshold,
    }


_EACH: Mapping[str, tuple[str, Callable[[str], Shape]]] = {
    "http": ("http", http),
    "command": ("command", command),
    "metrics": ("metrics", metric),
}
"""By the flag: the key of `checks`, and what reads one value of the flag."""


def said(flags: Mapping[str, Any], filed: Shape) -> dict[str, Any]:
    """Return `checks` as the flags and the file say it together; a flag beats the file.

    Raises:
        UsageError: A flag can't be read.
    """
    found = dict(filed)
    if flags.get("alarms"):
        found["alarms"] = flags["alarms"]
    for flag, (key, read) in _EACH.items():
        if flags.get(flag):
            found[key] = [read(text) for text in flags[flag]]
    logs = {key: flags[f"log_{key}"] for key in ("must", "must_not") if flags.get(f"log_{key}")}
    if logs:
        found["logs"] = [logs]
    return found


def _words(flag: str, text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError as error:
        raise UsageError(
            f"{flag} can't be read: {error}.", f"It is: {text}", "Close its quotes."
        ) from None
