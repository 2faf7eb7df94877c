"""Does a program of the user's call the canary good?"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from cage.canary.checks.http import port_of
from cage.canary.checks.protocol import Means, Questions
from cage.canary.checks.told import Told
from cage.canary.task import Canary
from cage.diagnosis.stopped import stopped_verdict
from cage.model import events
from cage.model.base import Shape
from cage.model.errors import AwsUnavailableError, RefusedError, UsageError
from cage.model.outcome import Failed, Observation, Passed
from cage.model.revisions import Revision
from cage.model.services import Service
from cage.ports.outside import Ended, Exited, NotStarted, Program, ProgramResult, Programs
from cage.runtime import clock
from cage.runtime.background import background

_MARGIN_S = 60.0
_LOOK_S = 5.0


@dataclasses.dataclass(frozen=True, slots=True)
class CommandSettings:
    """A program and its arguments, and how long it may take in seconds.

    Raises:
        UsageError: No program is named.
    """

    argv: tuple[str, ...]
    timeout_s: float = 300.0

    def __post_init__(self) -> None:
        if not self.argv or not self.argv[0]:
            raise UsageError(
                "A command check names no program.", "", 'Write a list, as ("./smoke.sh",).'
            )

    @property
    def longest_s(self) -> float:
        """How long the program may take."""
        return self.timeout_s

    def misfit(self, service: Service, definition: Shape) -> RefusedError | None:  # noqa: ARG002
        """Return None: a program can look at any canary."""
        return None

    def questions(self, means: Means) -> Questions:
        """Return the check: before a load balancer may send the canary traffic."""
        return Questions(alone=(CommandCheck(self, means.outside.programs, means.region),))


def command_settings(told: Told) -> CommandSettings:
    """Read an entry of `checks.command`.

    Raises:
        UsageError: A value can't be used; the message names its place.
    """
    argv = tuple(map(str, told.said.get("run") or ()))
    if not argv or not argv[0]:
        raise told.wrong("run", "names no program", 'Write a list, as ["./smoke.sh", "--fast"].')
    return CommandSettings(argv, told.number("timeout", 300.0, 1, 86400) or 300.0)


def variables(canary: Canary, region: str) -> dict[str, str]:
    """Return what the program is told of the canary, as environment variables."""
    plan, task = canary.plan, canary.task
    port = port_of(plan.service, plan.revision)
    ports = {p.container_port: p.host_port for c in plan.revision.containers for p in c.ports}
    if task is not None:
        ports |= {b.container_port: b.host_port for c in task.containers for b in c.bindings}
    own = {mapped: host or mapped for mapped, host in ports.items()}
    return {
        "CAGE_CANARY_IP": canary.address or "",
        "CAGE_CANARY_PORT": str(own.get(port, port)) if port else "",
        "CAGE_CANARY_PORTS": ",".join(f"{mapped}:{host}" for mapped, host in own.items()),
        "CAGE_CANARY_TASK_ARN": task.arn if task else "",
        "CAGE_CANARY_TASK_ID": task.id if task else "",
        "CAGE_CLUSTER": plan.request.cluster,
        "CAGE_REGION": region,
        "CAGE_REVISION_ARN": plan.revision.arn,
        "CAGE_SERVICE": plan.service.name,
    }


@dataclasses.dataclass(frozen=True, slots=True)
class CommandCheck:
    """The program exits with 0 in time. It runs once; it isn't repeated while the canary bakes."""

    settings: CommandSettings
    programs: Programs
    region: str
    name: str = "command"
    holds: bool = False
    reads_task: bool = True
    late_remedy: str = ""

    @property
    def waits_for(self) -> str:
        """What is waited for."""
        return f"{self.settings.argv[0]} to exit"

    @property
    def timeout_s(self) -> float:
        """The program's own time, and some for ending it."""
        return self.settings.timeout_s + _MARGIN_S

    def applies_to(self, service: Service, revision: Revision) -> bool:  # noqa: ARG002
        """It was asked for, so it applies."""
        return True

    async def observe(self, canary: Canary) -> Observation:
        """Run the program, and watch the canary meanwhile."""
        began = clock.monotonic()
        stopped: list[Failed] = []
        told: Mapping[str, str] = variables(canary, self.region)
        ended: list[ProgramResult] = []
        async with background() as tasks:

            async def watch() -> None:
                while True:
                    await clock.sleep(_LOOK_S)
                    try:
                        task = await canary.refresh()
                    except AwsUnavailableError:
                        continue
                    if task is not None and task.stopping:
                        stopped.append(stopped_verdict(task))
                        tasks.cancel_scope.cancel()
                        return

            tasks.start_soon(watch)
            program = Program(self.settings.argv, told, self.settings.timeout_s)
            ended.append(await self.programs.run(program))
            tasks.cancel_scope.cancel()
        if not ended:
            return stopped[0]
        return self._judge(ended[0], canary, clock.monotonic() - began)

    def _judge(self, result: ProgramResult, canary: Canary, took_s: float) -> Observation:
        name = self.settings.argv[0]
        if isinstance(result, NotStarted):
            return Failed(
                "CommandNotStarted",
                f"{name} can't be started: {result.why}",
                "Name a program that is there and may be run; no shell is in between.",
            )
        code = result.code if isinstance(result, Exited) else None
        canary.journal.tell(events.ProgramEnded(name, code, result.output, took_s))
        last = f": {result.output[-1]}" if result.output else ""
        if isinstance(result, Ended):
            return Failed(
                "CommandTimedOut",
                f"{name} didn't exit within {self.settings.timeout_s:.0f} s{last}",
                "Raise its timeout in cage.json's checks.command if it needs longer.",
            )
        if result.code:
            return Failed("CommandFailed", f"{name} exited with {result.code}{last}")
        return Passed(f"{name} exited with 0")
