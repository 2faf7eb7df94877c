"""The checks that a program requests in addition to those that every canary gets."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cage.checks.requests import Requested, kinds
from cage.definitions.recognition import is_error
from cage.knobs.knob import knobs_of
from cage.model.errors import DefinitionError
from cage.options.invocation import Invocation
from cage.options.request import Request

if TYPE_CHECKING:
    from cage.checks.approve import ApproveSettings


class Checks:
    """Checks in addition to those that every canary gets. Every argument is optional.

    Args:
        approve: Settings for waiting for approval before the promotion; None: don't wait.
        bake_s: How long every check must keep passing before the promotion, in seconds.
        bake_after_s: How long the service must stay healthy after its deployment is confirmed.
        floor: Healthy targets that the service must keep, like `2`, or `75%` of its desired
            count; overrides `Envars.floor`.
        settings: Other settings of a rollout by name, such as `lock`; `Envars` and keywords
            override them.
        by_kind: The settings of each kind of check: `http`, `commands`, `logs`, `metrics`,
            `alarms`, and those of plug-ins.

    Raises:
        UsageError: A check doesn't exist, or a value can't be used.
    """

    __slots__ = ("_given", "requested", "settings")

    def __init__(
        self,
        *,
        approve: ApproveSettings | None = None,
        bake_s: float | None = None,
        bake_after_s: float | None = None,
        floor: str = "",
        settings: Mapping[str, Any] | None = None,
        **by_kind: Any,
    ) -> None:
        require_known(by_kind, {kind.name for kind in kinds()}, "check")
        self.requested = Requested(approve, **by_kind)
        self.settings = dict(settings or {})
        given = {"bake": bake_s, "bake_after": bake_after_s, "floor": floor or None}
        said = Invocation(None, {k: v for k, v in given.items() if v is not None}, {})
        self._given = {name: value for name, value in given.items() if value is not None}
        for _, knob in knobs_of(Request):
            if knob.name in self._given:
                self._given[knob.name] = said.value(knob)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self.requested, name)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Checks):
            return NotImplemented
        mine = (self.requested, self._given, self.settings)
        return mine == (other.requested, other._given, other.settings)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Checks({self.requested!r}, {self._given!r}, settings={self.settings!r})"

    @property
    def given(self) -> Mapping[str, Any]:
        """The requested settings that aren't checks, by the setting's name."""
        return self._given


def require_known(given: Mapping[str, Any], known: set[str], what: str) -> None:
    """Require that every keyword exists.

    Raises:
        UsageError: A keyword doesn't exist.
    """
    from difflib import get_close_matches  # noqa: PLC0415  only an error needs it

    from cage.model.errors import UsageError  # noqa: PLC0415  as above

    for name in given:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            then = f"Did you mean {near[0]}?" if near else f"Use one of {', '.join(sorted(known))}."
            raise UsageError(f"There is no {what} {name!r}.", "", then)


def load_checks(directory: str | Path, environ: Mapping[str, str] | None = None) -> Checks:
    """Read the rollout settings in a directory's `cage.json` and those above it.

    Args:
        directory: The directory that holds `cage.json`.
        environ: The variables for `${NAME}`; None uses the process's environment.

    Raises:
        DefinitionError: A file can't be used; the error lists every problem.
    """
    call = Invocation(Path(directory), {}, os.environ if environ is None else environ)
    if is_error(list(call.findings)):
        raise DefinitionError(f"{directory} can't be used", tuple(map(str, call.findings)))
    filed = {name: v for file in reversed(call.files) for name, v in file.values.items()}
    by_kind = {kind.name: filed.pop(kind.knob.name, ()) for kind in kinds()}
    approve = call.requested().approve
    for name in ("approve", "approve_timeout", "approve_file"):
        filed.pop(name, None)
    bakes = {f"{name}_s": filed.pop(name, None) for name in ("bake", "bake_after")}
    return Checks(approve=approve, settings=filed, **bakes, **by_kind)
