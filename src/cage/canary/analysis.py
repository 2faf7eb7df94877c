"""The one loop that runs the checks on the canary."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

from cage.availability.ledger import BELOW_FLOOR
from cage.canary.approval import Approve
from cage.canary.task import Canary
from cage.checks.protocol import Check, Watching
from cage.diagnosis.stopped import stopped_verdict
from cage.model import events
from cage.model.outcome import Failed, Inconclusive, Observation, Passed, Verdict, Waiting
from cage.runtime import clock
from cage.runtime.hold import Asked, hold, hold_until
from cage.runtime.polling import SOONEST_S, Late, Pace, Wait

STALE_S = 5.0
"""The maximum age of a task description for a check that doesn't read the task itself."""

FRESH_S = 0.5
"""The maximum age of a task description for a check that reads the task."""

MISSING_GRACE_S = 60.0
"""ECS might not know a task for seconds after it was started; never for this long."""


async def analyze(canary: Canary, checks: Iterable[Check]) -> Verdict:
    """Run each check that applies, in order, until one doesn't pass.

    Each has its own deadline. If the canary stops, the check that is waiting fails.
    """
    for check in checks:
        if check.applies_to(canary.plan.service, canary.plan.revision):
            verdict = await _settle(check, canary)
            if not isinstance(verdict, Passed):
                return verdict
    return Passed("all checks passed")


async def bake(canary: Canary, checks: Sequence[Check], for_s: float) -> Verdict:
    """Run every check again that can run again: all must hold for `for_s` seconds."""
    return await hold("bake", _held(canary, checks), for_s, canary.journal)


async def approval(canary: Canary, checks: Sequence[Check], approve: Approve) -> Verdict:
    """Wait for someone's decision; every check that can run again must hold while this waits."""
    deadline = clock.Deadline.after(approve.settings.timeout_s)
    await approve.announce()
    with approve.decisions.open(more=approve.settings.before_traffic):
        return await hold_until(
            approve,
            _held(canary, checks),
            approve.late(),
            deadline,
            canary.journal,
            approve.decisions.made,
        )


def _held(canary: Canary, checks: Sequence[Check]) -> list[Asked]:
    plan = canary.plan
    return [
        Asked(check.name, partial(_observe, check, canary))
        for check in checks
        if check.holds and check.applies_to(plan.service, plan.revision)
    ]


def watching(canary: Canary, checks: Iterable[Check]) -> list[Asked]:
    """Return the checks to watch alongside the others, as long as those run."""
    watched = [check for check in checks if isinstance(check, Watching)]
    return [Asked(check.name, partial(check.watch, canary)) for check in watched]


async def _settle(check: Check, canary: Canary) -> Verdict:
    """Run one check until it has an answer, or its deadline passes."""
    began = clock.monotonic()
    journal = canary.journal
    journal.tell(events.WaitStarted(check.waits_for, check.timeout_s, check.name))
    seen = Waiting("nothing was observed yet")

    async def look() -> Passed | Failed | Inconclusive | None:
        nonlocal seen
        observation = await _observe(check, canary)
        if not isinstance(observation, Waiting):
            return observation
        if observation.message != seen.message:
            journal.tell(events.WaitProgressed(observation.message))
        seen = observation
        soonest_s = max(SOONEST_S, observation.soonest_s)
        wait.pace = Pace(observation.expected_s, soonest_s, sure=observation.sure)
        return None

    wait: Wait[Passed | Failed | Inconclusive] = Wait(look, clock.Deadline.after(check.timeout_s))
    answer = await wait.result()
    took_s = clock.monotonic() - began
    if isinstance(answer, Passed):
        journal.tell(events.CheckPassed(check.name, answer.message, took_s))
        return answer
    verdict = _late(check, answer, seen) if isinstance(answer, Late) else answer
    journal.tell(events.failure(check.name, verdict, took_s))
    return verdict


async def _observe(check: Check, canary: Canary) -> Observation:
    broken = await canary.plan.watch() if canary.plan.watch else None
    if broken is not None:
        return Failed(BELOW_FLOOR, broken, "Find out why the service is losing healthy targets.")
    task = canary.task
    stale_s = FRESH_S if check.reads_task else STALE_S
    if task is None or clock.monotonic() - canary.refreshed_at >= stale_s:
        task = await canary.refresh()
    if task is None:
        missing_s = clock.monotonic() - (canary.missing_since or clock.monotonic())
        if missing_s > MISSING_GRACE_S:
            return Failed("TaskMissing", "ECS no longer knows the canary task that it started")
        return Waiting("ECS doesn't know the canary task yet", missing_s + 1)
    if task.stopping:
        return stopped_verdict(task)
    return await check.observe(canary)


def _late(check: Check, late: Late, seen: Waiting) -> Inconclusive:
    if late.last_error is not None:
        return Inconclusive(
            "NoAnswerFromAws",
            f"AWS did not answer for {check.name} before its deadline: {late.last_error.what}",
            late.last_error.next_step,
        )
    return Inconclusive(
        "TimedOut",
        f"after {late.timeout_s:.0f} s still waiting for {check.waits_for}: {seen.message}",
        seen.late_remedy or check.late_remedy,
    )
