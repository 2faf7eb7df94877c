"""Findings in definition files: for people, for programs, and for GitHub."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from cage.definitions import Finding, Severity
from cage.wording.harmless import harmless, harmless_json

SCHEMA = 1


def line(finding: Finding) -> str:
    """Return the finding on one line, with a path that a terminal can open."""
    return harmless(finding.line)


def as_text(findings: Iterable[Finding]) -> str:
    """Return one line per finding, errors first."""
    parts = []
    for severity, heading in ((Severity.ERROR, "Errors"), (Severity.WARNING, "Warnings")):
        lines = [line(one) for one in findings if one.severity is severity]
        if lines:
            parts.append("\n".join([f"{heading}:", *lines]) + "\n")
    return "\n".join(parts)


def as_json(findings: Iterable[Finding]) -> str:
    """Return one JSON object. Lines and columns count from 1."""
    records = [_record(one) for one in findings]
    counts = {
        f"{severity}s": sum(one["severity"] == severity for one in records) for severity in Severity
    }
    return harmless_json({"schema": SCHEMA, **counts, "findings": records}, 2) + "\n"


def _record(finding: Finding) -> dict[str, str | int | None]:
    place = finding.place
    return {
        "severity": finding.severity.value,
        "file": (place.path or place.file) if place else None,
        "line": place.line if place else None,
        "column": place.column if place else None,
        "path": finding.path,
        "message": finding.message,
        "remedy": finding.remedy,
    }


def as_annotations(findings: Iterable[Finding], environ: Mapping[str, str]) -> str:
    """Return one GitHub Actions workflow command per finding.

    Source: GitHub's documentation, "Workflow commands for GitHub Actions"; escaping is in
    its toolkit, packages/core/src/command.ts.

    Args:
        environ: Its GITHUB_WORKSPACE is the directory that GitHub's paths start from.
    """
    root = Path(environ.get("GITHUB_WORKSPACE") or ".").absolute()
    return "".join(f"{_annotation(one, root)}\n" for one in findings)


def _annotation(finding: Finding, root: Path) -> str:
    properties: dict[str, object] = {}
    if finding.place is not None:
        file = os.path.relpath(finding.place.path or finding.place.file, root)
        properties = {
            "file": Path(file).as_posix(),
            "line": finding.place.line,
            "col": finding.place.column,
        }
    properties["title"] = finding.path or "cage check"
    shown = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items())
    return f"::{finding.severity.value} {shown}::{_data(line(finding))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(harmless(text)).replace(":", "%3A").replace(",", "%2C")


def summary(findings: Iterable[Finding], name: str) -> str:
    """Return the last line: whether the files can be used, and the number of findings."""
    severities = [one.severity for one in findings]
    errors, warnings = (severities.count(one) for one in (Severity.ERROR, Severity.WARNING))
    verdict = "can't be used" if errors else "can be used"
    return f"{harmless(name)} {verdict}: {_count(errors, 'error')}, {_count(warnings, 'warning')}."


def _count(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"
