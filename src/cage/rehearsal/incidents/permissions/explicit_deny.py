"""A policy denies the caller one of the rollout's calls, and IAM's simulation reports it.

Source: IAM API reference, SimulatePrincipalPolicy, explicitDeny.
"""

from __future__ import annotations

from cage.rehearsal.incidents.effects import refuse
from cage.rehearsal.incidents.incident import ABORTED, Incident
from cage.rehearsal.incidents.triggers import begins, on_call
from cage.rehearsal.stage import Stage

_CALL = "UpdateService"


def _arm(stage: Stage) -> None:
    begins(stage)
    stage.prerequisites.decisions[f"ecs:{_CALL}"] = "explicitDeny"
    text = f"User is not authorized to perform: ecs:{_CALL} with an explicit deny"
    on_call((_CALL,), lambda _stage: refuse("AccessDeniedException", text))(stage)


INCIDENT = Incident(
    name="explicit-deny",
    family="permissions",
    summary="a policy denies the caller a call that the rollout makes late",
    why="a preflight check finds it before anything is started",
    right=ABORTED,
    arm=_arm,
    order=4,
)
