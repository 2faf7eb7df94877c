"""The settings of a rollout, as a tag of its canary: one digest for each setting. Pure.

Another process that continues the rollout must judge it by the same settings. A digest shows
whether they are the same, and none of their values.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from cage.options.request import Request

TAG = "cage:asked"
"""The tag of the canary. Its value is `setting=digest` for each setting that isn't the default."""

_LONGEST = 256
"""The longest value of a tag (ECS API reference, Tag)."""

_ALL = "all"
_DIGITS = 8
_NONE = "nothing"

_NO_GATES = frozenset(
    {
        *("region", "cluster", "service", "profile", "endpoint_url"),
        *("service_file", "task_definition_file", "env_files", "set_variables", "tfstate"),
        *("task_definition_arn", "on_pause", "wait_for_turn", "approve_file"),
    }
)
"""Settings about where and how to look, not about the checks of a revision.

The results of the files and their variables count: the registered revision, and the service's
settings."""

_AFTER = frozenset({"on_failure", "on_timeout", "floor", "alarms", "bake_after", "lock"})
"""Settings that still count once the service is updated; who waits longer changes nothing."""

_STRICTER = frozenset({"lock"})
"""Settings that can be added without judging the revision differently."""


def written(request: Request) -> str:
    """Return the tag's value for a request."""
    said = _digests(request)
    value = " ".join(f"{name}={digest}" for name, digest in said.items()) or _NONE
    return value if len(value) <= _LONGEST else f"{_ALL}={_digest(value)}"


def differing(recorded: str, request: Request, *, updated: bool) -> tuple[str, ...]:
    """Return the settings in which a request differs from what a rollout asked for, by name.

    Args:
        recorded: The tag's value.
        updated: Whether the service is updated already. Then only some settings count.
    """
    if recorded.startswith(f"{_ALL}="):
        return () if recorded == written(request) else (_ALL,)
    asked = dict(pair.split("=", 1) for pair in recorded.split() if "=" in pair)
    given = _digests(request)
    stricter = _STRICTER - asked.keys()
    names = sorted({*asked, *given} - stricter)
    return tuple(
        name
        for name in names
        if asked.get(name) != given.get(name) and (not updated or name in _AFTER)
    )


def _digests(request: Request) -> dict[str, str]:
    found: dict[str, str] = {}
    for knob, value in request.values():
        on = bool(value) if knob.kind.is_switch else value
        usual = bool(knob.default) if knob.kind.is_switch else knob.default
        if knob.name not in _NO_GATES and on != usual:
            found[knob.name] = _digest(repr(on))
    if request.update_service and request.service_definition is not None:
        content = json.dumps(request.service_definition, sort_keys=True, default=str)
        found["service_definition"] = _digest(content)
    return dict(sorted(found.items()))


def _digest(text: Any) -> str:
    return hashlib.sha256(str(text).encode()).hexdigest()[:_DIGITS]
