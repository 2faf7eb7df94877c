"""The simulated world outside AWS: the canary answers according to its plan, in virtual time."""

from __future__ import annotations

import dataclasses

from cage.ports.outside import (
    Ended,
    Exited,
    HttpAnswer,
    HttpRequest,
    NoAnswer,
    Program,
    ProgramResult,
)
from cage.runtime import clock
from ecs_simulator.world import World, applications

_REHEARSED = "a rehearsal runs no program"


@dataclasses.dataclass(frozen=True, slots=True)
class SimHttp:
    """Sends requests to the tasks of a world."""

    world: World

    async def ask(self, request: HttpRequest) -> HttpAnswer | NoAnswer:
        """Answer like the task that has the address now would."""
        self.world.run_until(clock.monotonic())
        reply = applications.reply(self.world, (request.host, request.port), request.path)
        late = f"within {request.timeout_s:g} s"
        if reply == "unreachable":
            await clock.sleep(request.timeout_s)
            return NoAnswer(reached=False, why=f"no connection {late}")
        if isinstance(reply, str):
            return NoAnswer(reached=True, why="connection refused")
        await clock.sleep(min(reply.takes_s, request.timeout_s))
        if reply.takes_s >= request.timeout_s:
            return NoAnswer(reached=True, why=f"no answer {late}")
        return HttpAnswer(reply.status, reply.body, reply.takes_s)


@dataclasses.dataclass(slots=True)
class SimPrograms:
    """Runs no program: each takes `takes_s` and ends with `result`.

    Attributes:
        ran: The programs that were run, with their input.
        canceled: How many were canceled.
    """

    result: ProgramResult = dataclasses.field(default_factory=lambda: Exited(0, (_REHEARSED,)))
    takes_s: float = 1.0
    ran: list[Program] = dataclasses.field(default_factory=list)
    canceled: int = 0

    async def run(self, program: Program) -> ProgramResult:
        """Let time pass, then return the result, or end a program that takes too long."""
        self.ran.append(program)
        done = False
        try:
            await clock.sleep(min(self.takes_s, program.timeout_s))
            done = True
        finally:
            self.canceled += not done
        return self.result if self.takes_s <= program.timeout_s else Ended(())
