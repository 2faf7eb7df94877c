"""The caller may not call RegisterTargets.

Source: IAM user guide, "Troubleshoot access denied error messages".
"""

from __future__ import annotations

from cage.rehearsal.incidents.conditions import needs_load_balancer
from cage.rehearsal.incidents.making import Incident, on_call, refuse

_TEXT = (
    "User: arn:aws:sts::123456789012:assumed-role/ci/deploy is not authorized "
    "to perform: elasticloadbalancing:RegisterTargets on resource: * because no"
    " identity-based policy allows the action"
)


INCIDENT = Incident(
    name="deny-register-targets",
    family="permissions",
    summary="the caller may not call RegisterTargets",
    why="the canary can't be checked behind the load balancer",
    right=frozenset({"Aborted"}),
    arm=on_call(("RegisterTargets",), lambda _stage: refuse("AccessDenied", _TEXT)),
    inapplicable=needs_load_balancer,
)
