"""Rules that AWS's model lacks: the rules of ECS, and some about the files alone.

`ecs_rules` contains what ECS and ELB accept. This package adds each finding's place in its file,
and reports a blank that no one filled in as one finding, not two.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from cage.definitions.findings import Finding, Severity, path_text
from cage.definitions.limits import MAX_FINDINGS
from cage.definitions.rules import agreement, controller, names, placeholders, tags
from cage.definitions.rules.unfilled import seen
from cage.definitions.tree import locate
from ecs_rules import size
from ecs_rules.catalog import catalog

if TYPE_CHECKING:
    from cage.definitions.findings import KeyPath
    from cage.definitions.validation import CheckedFile
    from ecs_rules.breach import Breach
    from ecs_rules.catalog import Check
    from ecs_rules.request import Spot

_OF_FILES: tuple[Check, ...] = (
    agreement.family,
    controller.other,
    names.secret,
    placeholders.left_over,
    tags.reserved,
)
"""Rules about things that ECS never sees."""

_SIZE: tuple[Check, ...] = (size.containers, size.task_definition)
"""Rules about size: if a definition is too large for ECS, it is not checked further."""


def findings_of_rules(
    service: CheckedFile | None, task_definition: CheckedFile | None
) -> list[Finding]:
    """Apply every rule to what was read; a file that wasn't read is None."""
    files = {True: service, False: task_definition}
    about = {side: file.parameters if file else {} for side, file in files.items()}
    unsure = {side: _Unsure(file.unsure) for side, file in files.items() if file}
    too_large = any(True for check in _SIZE for _ in check(about[True], about[False]))
    checks = _SIZE if too_large else (*(rule.check for rule in catalog()), *_OF_FILES)
    findings: list[Finding] = []
    for check in checks:
        for breach in itertools.islice(check(about[True], about[False]), MAX_FINDINGS):
            side = breach.spot.in_service
            file, told = files[side], seen(check, breach, about[side])
            if file is not None and told is not None and not _doubtful(told, unsure):
                findings.append(_finding(told, file))
    return findings


class _Unsure:
    """Paths of unknown values, and of everything above them."""

    def __init__(self, paths: set[KeyPath]) -> None:
        self._paths = paths
        self._above = {path[:length] for path in paths for length in range(len(path) + 1)}

    def covers(self, path: KeyPath) -> bool:
        """Whether the value, or one that it is part of, is unknown."""
        return any(path[:length] in self._paths for length in range(len(path) + 1))

    def touches(self, path: KeyPath) -> bool:
        """Whether the value, one that it is part of or a part of it is unknown."""
        return path in self._above or self.covers(path)


def _doubtful(breach: Breach, unsure: dict[bool, _Unsure]) -> bool:
    def side(spot: Spot) -> _Unsure:
        return unsure.get(spot.in_service) or _Unsure(set())

    return side(breach.spot).covers(breach.spot.path) or any(
        side(spot).touches(spot.path) for spot in breach.relies_on
    )


def _finding(breach: Breach, file: CheckedFile) -> Finding:
    path = breach.spot.path
    place = file.source.place(locate(file.root, path))
    severity = Severity.WARNING if breach.advice else Severity.ERROR
    return Finding(severity, place, path_text(path), breach.problem, breach.fix)
