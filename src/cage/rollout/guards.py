"""What must stay good from the start until the end: the alarms that the user names."""

from __future__ import annotations

import dataclasses

from cage.checks.requested.alarms import AlarmsQuiet, refusal, without_data
from cage.context import Context
from cage.model import events
from cage.model.outcome import Failed


@dataclasses.dataclass(frozen=True, slots=True)
class Guards:
    """The alarms, from the first look until the last."""

    context: Context
    names: tuple[str, ...]

    @property
    def held(self) -> tuple[AlarmsQuiet, ...]:
        """What is to be watched; nothing where no alarm is named."""
        return (AlarmsQuiet(self.names, self.context.gateway.cloudwatch),) if self.names else ()

    async def require_quiet(self) -> None:
        """Require alarms that are there and quiet, before anything is changed.

        Raises:
            RefusedError: One isn't.
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
        """Look once more, and return what isn't good.

        Raises:
            AwsUnavailableError: CloudWatch doesn't answer, so no one knows.
        """
        for held in self.held:
            said = await held.look()
            if isinstance(said, Failed):
                self.context.tell(events.failure(held.name, said, 0.0))
                return said
        return None
