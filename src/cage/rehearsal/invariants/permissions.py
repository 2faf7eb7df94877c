"""Every call is one that `cage policy` allows."""

from __future__ import annotations

from cage.model.events import OperationStarted
from cage.policy import catalog
from cage.rehearsal.invariants.run import Run


def policy_allows_every_call(run: Run) -> str | None:
    """`cage policy` allows every call that a rollout and its resumption made."""
    commands = {e.operation for e in run.events if isinstance(e, OperationStarted)} or {"rollout"}
    asked = {catalog.action(*call) for call in run.act.stage.api.asked}
    allowed = frozenset().union(*(catalog.calls(command) for command in commands))
    missing = ", ".join(sorted(asked - allowed - catalog.FREE))
    if missing:
        who = " and ".join(sorted(commands))
        return f"{who} called what the policy lacks: add {missing} to cage/policy/catalog.py"
    return None


INVARIANTS = (policy_allows_every_call,)
