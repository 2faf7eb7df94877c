"""Can the service's own deployment alarms judge the deployment?"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from cage.model.outcome import Finding, Severity
from cage.verification.protocol import Ground, passed, unasked

_RINGING = "ALARM"


@dataclasses.dataclass(frozen=True, slots=True)
class Alarms:
    """The alarms in the service's deploymentConfiguration, if they are enabled.

    ECS doesn't watch an alarm that is in ALARM when the deployment starts (ECS developer guide,
    "How CloudWatch alarms detect Amazon ECS deployment failures"). So such a deployment has one
    gate less than its owner believes.
    """

    name: str = "alarms"

    async def verify(self, ground: Ground) -> Sequence[Finding]:
        """Read the state of all alarms in one call."""
        configuration = ground.service.raw.get("deploymentConfiguration") or {}
        alarms = configuration.get("alarms") or {}
        names = tuple(dict.fromkeys(str(name) for name in alarms.get("alarmNames") or ()))
        if not names or alarms.get("enable") is False:
            return ()
        if ground.cloudwatch is None:
            return unasked(self.name)
        found = await ground.cloudwatch.alarms(names)
        findings: list[Finding] = []
        for name in names:
            if name not in found:
                text = f"deployment alarm {name} of the service doesn't exist"
                remedy = "Create it, or remove it from deploymentConfiguration.alarms."
                findings.append(Finding(self.name, Severity.ERROR, text, remedy))
            elif found[name].state == _RINGING:
                findings.append(self._ringing(name, found[name].reason, ground))
        return findings or (passed(self.name, f"not in ALARM: {', '.join(names)}"),)

    def _ringing(self, name: str, reason: str, ground: Ground) -> Finding:
        why = f" ({reason.rstrip('.')})" if reason else ""
        text = f"deployment alarm {name} is in ALARM already{why}, so ECS won't watch it"
        if ground.active_alarms:
            return Finding(self.name, Severity.WARNING, text)
        remedy = "Fix what it reports. To roll out without it, pass --allow-active-alarms."
        return Finding(self.name, Severity.ERROR, text, remedy)
