"""`cage.json`: a team's settings, in a definition directory and above it.

The knobs alone determine its possible content and its JSON Schema.
"""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cage.definitions.findings import FilledText, Finding, Severity, path_text, plain
from cage.definitions.formats import parse
from cage.definitions.kinds import SUFFIXES
from cage.definitions.recognition import is_error
from cage.definitions.source import listed, read_source
from cage.definitions.validation import check
from cage.knobs import shapes
from cage.knobs.kinds import UnfitError
from cage.options.request import all_knobs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from cage.definitions.source import Source
    from cage.definitions.validation import CheckedFile
    from cage.knobs.knob import Knob
    from cage.knobs.shapes import OwnShape

STEM = "cage"
_SECTIONS = {
    (): ("cage.json", "The settings of cage in a definition directory, and below it."),
    ("checks",): ("Checks", "Checks before and after the promotion."),
    ("checks", "approve"): ("Approve", "Wait for someone's approval before the promotion."),
}
"""The name of an object of the file in messages, and its purpose."""


@dataclasses.dataclass(frozen=True, slots=True)
class SettingsFile:
    """The content of one `cage.json`.

    Attributes:
        name: Its name in messages, with its path.
        values: The settings by name, read and checked.
        findings: The findings about the file itself.
    """

    name: str
    values: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


def shape(knobs: Iterable[Knob] | None = None) -> OwnShape:
    """Return the type of the file, built from the knobs that it can contain."""
    members: dict[tuple[str, ...], dict[str, Any]] = {(): {}}
    held = [knob for knob in (all_knobs() if knobs is None else knobs) if knob.path]
    sections = {knob.path[:-1] for knob in held}
    for knob in held:
        usual = f" [default: {knob.usually}]" if knob.usually else ""
        if knob.path not in sections:
            members.setdefault(knob.path[:-1], {})[knob.path[-1]] = knob.kind.shape(
                knob.help + usual
            )
    for path in sorted(members, key=len, reverse=True):
        name, text = _SECTIONS.get(path, (".".join(path), ""))
        made = shapes.structure(name, text, members[path])
        if not path:
            return made
        members.setdefault(path[:-1], {})[path[-1]] = made
    raise AssertionError("the file itself comes last")


def read_chain(directory: Path, environ: Mapping[str, str]) -> tuple[SettingsFile, ...]:
    """Read the `cage.json` of a directory, and those above it up to the repository's root.

    The nearest comes first. Outside a repository, only the directory's own file is read. A missing
    directory is also an error: its settings must not be skipped silently.
    """
    found: list[SettingsFile] = []
    for number, folder in enumerate(_folders(directory)):
        read = _read(folder, environ, above=number > 0)
        found += () if read is None else (read,)
    return tuple(found)


def _folders(directory: Path) -> Iterator[Path]:
    yield directory
    own = Path(os.path.abspath(directory))  # noqa: PTH100  `..` of a link is the link's parent
    above = own.parents
    root = next((n for n, at in enumerate((own, *above)) if (at / ".git").exists()), 0)
    for number in range(root):
        yield Path(os.path.relpath(above[number]))


def _read(directory: Path, environ: Mapping[str, str], *, above: bool) -> SettingsFile | None:
    names = listed(directory)
    if isinstance(names, Finding):
        return None if above else SettingsFile(str(directory), findings=(names,))
    paths = [directory / name for s in SUFFIXES if (name := STEM + s) in names]
    paths = [path for path in paths if path.is_file()]
    if not paths:
        return None
    shown = str(paths[0]) if above else paths[0].name
    source = read_source(paths[0])
    if isinstance(source, Finding):
        return SettingsFile(shown, findings=(source,))
    source = dataclasses.replace(source, name=shown)
    findings = [
        source.error(0, f"{other.name} exists too", "Keep one of them") for other in paths[1:]
    ]
    values, said = _values(source, directory, environ)
    return SettingsFile(shown, {} if is_error([*findings, *said]) else values, (*findings, *said))


def _values(
    source: Source, directory: Path, environ: Mapping[str, str]
) -> tuple[dict[str, Any], list[Finding]]:
    """Return the settings in a file's text, and the findings about it."""
    parsed = parse(source, environ, {})
    if parsed.root is None:
        return {}, list(parsed.findings)
    if not isinstance(parsed.root.value, dict):
        message = f"the file contains {parsed.root.kind}, not cage's settings"
        wrong = parsed.source.error(parsed.root.start, message, "Begin the file with {")
        return {}, [*parsed.findings, wrong]
    checked = check(parsed.source, parsed.root, shape(), frozenset(), reader="cage")
    values: dict[str, Any] = {}
    for knob in all_knobs():
        said = _at(checked.parameters, knob.path) if knob.path else None
        if said is not None:
            _take(knob, said, checked, directory, values)
    return values, [*parsed.findings, *checked.findings]


def _take(
    knob: Knob, said: Any, checked: CheckedFile, directory: Path, values: dict[str, Any]
) -> None:
    """Read one setting into `values`, or add a finding that explains why it can't be used."""
    if knob.secret and not isinstance(said, FilledText):
        message = "is a secret in plain text"
        checked.report(Severity.ERROR, knob.path, message, "Write ${NAME}, and set that variable")
        return
    if _is_told(path_text(knob.path), checked):
        return
    try:
        values[knob.name] = knob.kind.located(knob.kind.read(plain(said)), directory)
    except UnfitError as unfit:
        what = "can't be used" if knob.secret else unfit.what
        checked.report(Severity.ERROR, (*knob.path, *unfit.path), what, unfit.then)


def _is_told(path: str, checked: CheckedFile) -> bool:
    """Return whether the file's type already has an error at that path."""
    inside = tuple(f"{path}{mark}" for mark in ".[")
    return any(
        one.path == path or one.path.startswith(inside)
        for one in checked.findings
        if is_error([one])
    )


def _at(said: Any, path: tuple[str, ...]) -> Any:
    for step in path:
        if not isinstance(said, dict):
            return None
        said = said.get(step)
    return said
