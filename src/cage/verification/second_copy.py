"""Can a canary run alongside the service's own tasks?"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from cage.canary import second_copy
from cage.model.outcome import Finding, Severity
from cage.verification.protocol import Ground


@dataclasses.dataclass(frozen=True, slots=True)
class SecondCopy:
    """A singleton allows no second task, and a fixed port none on the same instance."""

    name: str = "second-copy"

    async def verify(self, ground: Ground) -> Sequence[Finding]:
        """Compare the desired count with its bound; no API call."""
        if not ground.canary or ground.creates:
            return ()
        services = (*((ground.before,) if ground.before else ()), ground.service)
        refused = None if ground.second_copy else second_copy.refusal(services)
        if refused is not None:
            what, why = refused.what.rstrip("."), refused.why.rstrip(".")
            text = f"{what[0].lower()}{what[1:]}; {why[0].lower()}{why[1:]}"
            return (Finding(self.name, Severity.ERROR, text, refused.next_step),)
        ports = second_copy.blocked_ports(ground.service, ground.new)
        if not ports:
            return ()
        text = (
            f"each task of the DAEMON holds host port {', '.join(map(str, ports))} of its "
            "instance, so a canary can only start where none is running"
        )
        return (Finding(self.name, Severity.WARNING, text, second_copy.OFFER),)
