"""The alarms specified by the user, which must stay quiet from the start until the end."""

from __future__ import annotations

import dataclasses

from cage.checks.requested.alarms import AlarmsQuiet, refusal, without_data
from cage.context import Context
from cage.model import events
from cage.model.outcome import Failed


@dataclasses.dataclass(frozen=True, slots=True)
class Guards:
    """The alarms, from the first check until the last."""

    context: Context
    names: tuple[str, ...]

    @property
    def held(self) -> tuple[AlarmsQuiet, ...]:
        """The alarms to watch; empty if none is specified."""
        return (AlarmsQuiet(self.names, self.context.gateway.cloudwatch),) if self.names else ()

    async def require_quiet(self) -> None:
        """Require that the alarms exist and are quiet, before anything is changed.

        Raises:
            RefusedError: An alarm doesn't exist, or is not quiet.
        """
        if not self.names:
            return
        found = await self.context.gateway.cloudwatch.alarms(self.names)
        refused = refusal(self.names, found)
        if refused is not None:
            raise refused
        note = without_data(found)
        if note is not None:
            self.context.notice(note)

    async def broken(self) -> Failed | None:
        """Check once more, and return the first failure; None if all alarms are quiet.

        Raises:
            AwsUnavailableError: CloudWatch doesn't answer, so the alarms' states are unknown.
        """
        for held in self.held:
            said = await held.look()
            if isinstance(said, Failed):
                self.context.tell(events.failure(held.name, said, 0.0))
                return said
        return None
