"""The checks that users request, of all kinds, in one value."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from cage.checks.protocol import Questions, RequestedCheck
from cage.registry import discover

if TYPE_CHECKING:
    from cage.checks.approve import ApproveSettings
    from cage.checks.protocol import Means, Settings
    from cage.model.base import Shape
    from cage.model.errors import RefusedError
    from cage.model.services import Service


@functools.cache
def kinds() -> tuple[RequestedCheck, ...]:
    """Return every kind of check that can be requested, in the order in which they run."""
    found = discover("cage.checks.requested", "CHECK", "cage.checks")
    return tuple(sorted(found, key=lambda kind: kind.order))


class Requested:
    """The checks requested of the canary, in addition to those that every canary gets.

    Args:
        approve: Settings for waiting for approval; None: don't wait.
        by_kind: The settings of each kind of check, by the kind's name: `http`, `alarms`, ….
    """

    __slots__ = ("_by_kind", "approve")

    def __init__(self, approve: ApproveSettings | None = None, **by_kind: Any) -> None:
        self.approve = approve
        self._by_kind = {name: tuple(found) for name, found in by_kind.items() if found}

    def __getattr__(self, name: str) -> tuple[Any, ...]:
        if name.startswith("_") or (name not in self._by_kind and name not in _names()):
            raise AttributeError(f"cage.checks has no {name!r}")
        return self._by_kind.get(name, ())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Requested):
            return NotImplemented
        return (self.approve, self._by_kind) == (other.approve, other._by_kind)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        said = {"approve": self.approve, **self._by_kind}
        return f"Requested({', '.join(f'{k}={v!r}' for k, v in said.items() if v)})"

    @property
    def by_kind(self) -> Mapping[str, tuple[Any, ...]]:
        """The settings of each kind that is requested."""
        return self._by_kind

    def but(self, **changes: Any) -> Requested:
        """Return a copy with other settings of some kinds, or of the approval."""
        return Requested(**{"approve": self.approve, **self._by_kind, **changes})

    @property
    def settings(self) -> tuple[Settings, ...]:
        """All settings whose checks look at the task itself, in order."""
        return tuple(self._settings())

    @property
    def longest_s(self) -> float:
        """The longest time that the checks can take, in seconds."""
        approve_s = self.approve.timeout_s if self.approve else 0.0
        return sum(one.longest_s for one in self.settings) + approve_s

    def misfit(self, service: Service, definition: Shape) -> RefusedError | None:
        """Return why a setting doesn't fit a task definition; None if all do."""
        found = (one.misfit(service, definition) for one in self.settings)
        return next((refusal for refusal in found if refusal is not None), None)

    def questions(self, means: Means) -> Questions:
        """Return the checks for one task."""
        each = [one.questions(means) for one in self.settings]
        return Questions(
            alone=tuple(check for one in each for check in one.alone),
            serving=tuple(check for one in each for check in one.serving),
        )

    def _settings(self) -> Iterator[Settings]:
        for kind in kinds():
            if kind.of_task:
                yield from self._by_kind.get(kind.name, ())


@functools.cache
def _names() -> frozenset[str]:
    return frozenset(kind.name for kind in kinds())
