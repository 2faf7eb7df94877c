"""Does the user's program report the canary as healthy?"""

from __future__ import annotations

import dataclasses
import shlex
from collections.abc import Mapping
from typing import TYPE_CHECKING

from cage.checks.protocol import MARGIN_S, Means, Questions, RequestedCheck
from cage.checks.requested.http import port_of
from cage.knobs.kinds import Many, Text, seconds, words_of
from cage.knobs.knob import Entry, Knob, key
from cage.lazy import lazy
from cage.model.errors import AwsUnavailableError, RefusedError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cage.checks.subject import Subject
    from cage.model import outcome
    from cage.model.base import Shape
    from cage.model.outcome import Failed, Observation
    from cage.model.revisions import Revision
    from cage.model.services import Service
    from cage.ports.outside import ProgramResult, Programs
else:
    outcome = lazy("cage.model.outcome")

_LOOK_S = 5.0


@dataclasses.dataclass(frozen=True, slots=True)
class CommandSettings:
    """A program that passes the task by exiting with code 0.

    Raises:
        UsageError: No program is specified.
    """

    argv: tuple[str, ...] = key(
        Many(Text()), "The program and its arguments; no shell is used.", name="run"
    )
    timeout_s: float = key(seconds(1, 86400), "Seconds to wait for it to exit.", default=300.0)

    def __post_init__(self) -> None:
        if not self.argv or not self.argv[0]:
            raise UsageError(
                "A command check specifies no program.", "", 'Write a list like ["./smoke.sh"].'
            )

    @property
    def longest_s(self) -> float:
        """The time limit of the program."""
        return self.timeout_s

    def misfit(self, service: Service, definition: Shape) -> RefusedError | None:  # noqa: ARG002
        """Return None: a program can check any canary."""
        return None

    def questions(self, means: Means) -> Questions:
        """Return the check, which runs before a load balancer can send the canary traffic."""
        return Questions(alone=(CommandCheck(self, means.outside.programs, means.region),))


def _flag_of(settings: CommandSettings) -> str | None:
    """Return the flag's text, if only the program is set."""
    return shlex.join(settings.argv) if settings == CommandSettings(settings.argv) else None


CHECK = RequestedCheck(
    name="commands",
    order=20,
    knob=Knob(
        "--command",
        Many(
            Entry(
                CommandSettings,
                "CommandCheck",
                read=lambda text: {"run": words_of(text)},
                write=lambda one: (
                    shlex.join(one.argv) if one == CommandSettings(one.argv) else None
                ),
                metavar="COMMAND",
            )
        ),
        "Program to check the canary; exit code 0 passes.",
        key="checks.command",
        variables=(),
        default=(),
        heading="Checks",
    ),
)


def variables(subject: Subject, region: str) -> dict[str, str]:
    """Return the environment variables that describe the canary to the program."""
    task, revision = subject.task, subject.revision
    port = port_of(subject.service, revision)
    ports = {p.container_port: p.host_port for c in revision.containers for p in c.ports}
    if task is not None:
        ports |= {b.container_port: b.host_port for c in task.containers for b in c.bindings}
    own = {mapped: host or mapped for mapped, host in ports.items()}
    return {
        "CAGE_CANARY_IP": subject.address or "",
        "CAGE_CANARY_PORT": str(own.get(port, port)) if port else "",
        "CAGE_CANARY_PORTS": ",".join(f"{mapped}:{host}" for mapped, host in own.items()),
        "CAGE_CANARY_TASK_ARN": task.arn if task else "",
        "CAGE_CANARY_TASK_ID": task.id if task else "",
        "CAGE_CLUSTER": subject.cluster,
        "CAGE_REGION": region,
        "CAGE_REVISION_ARN": revision.arn,
        "CAGE_SERVICE": subject.service.name,
    }


class CommandCheck:
    """The program exits with code 0 in time. It runs once and isn't repeated during the bake."""

    name = "command"
    holds = False
    reads_task = True
    late_remedy = ""

    def __init__(self, settings: CommandSettings, programs: Programs, region: str) -> None:
        self.settings = settings
        self.programs = programs
        self.region = region

    @property
    def waits_for(self) -> str:
        """Describe what the check is waiting for."""
        return f"{self.settings.argv[0]} to exit"

    @property
    def timeout_s(self) -> float:
        """The program's own time limit, plus time to end it."""
        return self.settings.timeout_s + MARGIN_S

    def applies_to(self, service: Service, revision: Revision) -> bool:  # noqa: ARG002
        """Return True: a requested check always applies."""
        return True

    async def observe(self, subject: Subject) -> Observation:
        """Run the program, and watch the canary while the program runs."""
        from cage.diagnosis.stopped import stopped_verdict
        from cage.ports.outside import Program
        from cage.runtime import clock
        from cage.runtime.background import background

        began = clock.monotonic()
        stopped: list[Failed] = []
        known: Mapping[str, str] = variables(subject, self.region)
        ended: list[ProgramResult] = []
        async with background() as tasks:

            async def watch() -> None:
                while True:
                    await clock.sleep(_LOOK_S)
                    try:
                        task = await subject.refresh()
                    except AwsUnavailableError:
                        continue
                    if task is not None and task.stopping:
                        stopped.append(stopped_verdict(task))
                        tasks.cancel_scope.cancel()
                        return

            tasks.start_soon(watch)
            program = Program(self.settings.argv, known, self.settings.timeout_s)
            ended.append(await self.programs.run(program))
            tasks.cancel_scope.cancel()
        if not ended:
            return stopped[0]
        return self._judge(ended[0], subject, clock.monotonic() - began)

    def _judge(self, result: ProgramResult, subject: Subject, took_s: float) -> Observation:
        from cage.model.events import ProgramEnded
        from cage.ports.outside import Ended, Exited, NotStarted

        name = self.settings.argv[0]
        if isinstance(result, NotStarted):
            return outcome.Failed(
                "CommandNotStarted",
                f"{name} can't be started: {result.why}",
                "Specify a program that exists and can be run; no shell is used.",
            )
        code = result.code if isinstance(result, Exited) else None
        subject.tell(ProgramEnded(name, code, result.output, took_s))
        last = f": {result.output[-1]}" if result.output else ""
        if isinstance(result, Ended):
            return outcome.Failed(
                "CommandTimedOut",
                f"{name} didn't exit within {self.settings.timeout_s:.0f} s{last}",
                "Raise its timeout in cage.json's checks.command if it needs more time.",
            )
        if result.code:
            return outcome.Failed("CommandFailed", f"{name} exited with {result.code}{last}")
        return outcome.Passed(f"{name} exited with 0")
