"""Texts longer than a sentence: endings, findings, diagnoses."""

from __future__ import annotations

from collections import Counter

from cage import runbooks
from cage.model import events
from cage.model.base import several, short
from cage.model.outcome import (
    Aborted,
    Availability,
    Diagnosis,
    Finding,
    Interrupted,
    NothingToDo,
    Outcome,
    Promoted,
    RolledBack,
    Severity,
    StillFinishing,
    Superseded,
    Unproven,
)
from cage.wording.words import duration


def ending(
    outcome: Outcome,
    service: str,
    counted: Availability | None = None,
    resume: str = "",
    canaries_left: tuple[str, ...] = (),
    operation: str = "rollout",
    no_canary: bool = False,
) -> tuple[str, ...]:
    """Return the ending: what happened, what to do, and whether the service was changed.

    Args:
        counted: How many targets were healthy throughout.
        resume: The command that continues or cleans up; empty if nothing is left to do.
        canaries_left: ARNs of canary tasks that were not cleaned up; empty for an unknown one.
        operation: The operation that ended, like in `OperationStarted`.
        no_canary: Whether it was to change the service without a canary.
    """
    *before, last = _ending(outcome, service, operation, no_canary=no_canary)
    left = tuple(
        f"Canary task {arn} was not cleaned up." if arn else "A canary task might still be running."
        for arn in canaries_left
    )
    next_step = (f"{_purpose(resume)}, run: {resume}",) if resume else ()
    canary = operation in _WITH_CANARY and not no_canary
    healthy = (availability(counted, canary=canary),) if counted else ()
    return (*before, *_explained(outcome), *left, *next_step, *healthy, last)


_WITH_CANARY = frozenset({"rollout", "resume"})


def _purpose(command: str) -> str:
    purposes = {"cage status ": "To see its state", "cage sweep ": "To clean up"}
    return next(
        (words for verb, words in purposes.items() if command.startswith(verb)),
        "To continue or clean up",
    )


def last_words(event: events.OperationFinished) -> tuple[str, ...]:
    """Return the ending of the operation that an event reports."""
    return ending(
        event.outcome,
        event.service,
        event.availability,
        event.resume,
        event.canaries_left,
        event.operation,
        event.no_canary,
    )


def title(outcome: Outcome) -> str:
    """Return the kind of an ending, in the words that its first line begins with."""
    match outcome:
        case RolledBack():
            return "Rolled back"
        case Unproven():
            return "Not confirmed"
        case NothingToDo():
            return "Nothing to resume"
        case _:
            return type(outcome).__name__


def availability(counted: Availability, *, canary: bool = True) -> str:
    """Return how many targets were healthy throughout, in one line.

    Args:
        canary: Whether there was a canary, which serves, too.
    """
    serving = f"; lowest serving, with the canary: {counted.fewest_serving}" if canary else ""
    things = "healthy targets" if counted.targets else "running tasks"
    below = f", below it for {duration(counted.below_floor_s)}" if counted.below_floor_s else ""
    running = f"; lowest running tasks: {counted.fewest_running}" if counted.targets else ""
    return (
        f"Lowest {things}: {counted.fewest_healthy}{serving} ({counted.healthy_before} at start, "
        f"{counted.desired} desired, floor {counted.floor}{below}){running}."
    )


def _ending(outcome: Outcome, service: str, operation: str, *, no_canary: bool) -> tuple[str, ...]:
    word = "created" if operation == "up" else "changed"
    did = f"{word} (no canary)" if no_canary else word
    # The rollout that is resumed might have changed the service before.
    untouched = f"Service {service} was NOT {word}{' by this run' * (operation == 'resume')}."
    match outcome:
        case Promoted():
            runs = short(outcome.revision_arn)
            return (f"Service {service} was {did} and is confirmed running {runs}.",)
        case Aborted():
            step = next((s for s in events.Step if s == outcome.step), None)
            doing = step.doing if step is not None else outcome.step
            how = " (inconclusive)" if outcome.inconclusive else ""
            return _lines(
                f"Aborted while {doing}{how}: {outcome.message}",
                outcome.remedy,
                untouched,
            )
        case RolledBack():
            return _lines(
                f"Rolled back by {outcome.by}: {outcome.message}",
                outcome.remedy,
                f"Service {service} was {did}, then rolled back: confirmed running "
                f"{short(outcome.revision_arn)} again.",
            )
        case Superseded():
            return _lines(
                f"Superseded: {outcome.message}",
                outcome.remedy,
                f"Service {service} was {did}; someone else has deployed since.",
            )
        case StillFinishing():
            return _lines(
                f"Still finishing: {outcome.message}",
                outcome.remedy,
                f"Service {service} was {did}; ECS is still deploying.",
            )
        case Unproven():
            return _lines(
                f"Not confirmed: {outcome.message}",
                outcome.remedy,
                f"Service {service} WAS {did} and is NOT confirmed healthy. Check it now.",
            )
        case Interrupted():
            changed = (
                f"Service {service} WAS {did}; ECS is still deploying. Check it now."
                if outcome.service_changed
                else untouched
            )
            return _lines(f"Interrupted: {outcome.message}.", "", changed)
        case NothingToDo():
            return (f"Nothing to resume: {outcome.message}", untouched)


def verified(findings: tuple[Finding, ...]) -> list[str]:
    """Return a summary of findings: counts, what was not checked, errors and warnings."""
    count = Counter(f.severity for f in findings)
    unknown = dict.fromkeys(f.verification for f in findings if f.severity is Severity.NOT_CHECKED)
    which = {Severity.NOT_CHECKED: f" ({', '.join(unknown)})"}
    counts = [
        f"{count[s]} {s.value.replace('-', ' ')}{which.get(s, '')}" for s in Severity if count[s]
    ]
    serious = [f for f in findings if f.severity in {Severity.ERROR, Severity.WARNING}]
    return [
        f"  preflight checks: {', '.join(counts)}",
        *(f"    {line}" for f in serious for line in finding(f)),
    ]


def finding(found: Finding) -> list[str]:
    """Return a finding as one or two lines: what was found, and the fix."""
    word = found.severity.value.replace("-", " ")
    first = f"{word:<11} {found.verification}: {found.message}"
    return [first, f"{'':<11} {found.remedy}"] if found.remedy else [first]


def diagnosed(found: Diagnosis) -> list[str]:
    """Return a diagnosis as lines: the cause, the container, its log, the service's events."""
    lines = [f"  cause: {found.cause}"]
    if found.of == "service":
        # The canary's check has reported its message already.
        lines[0] += f", {several(found.tasks, 'task')} of the service: {found.message}"
    if found.container and found.exit_code is not None:
        meaning = f" ({found.exit_meaning})" if found.exit_meaning else ""
        lines.append(f"    container {found.container} exited with {found.exit_code}{meaning}")
    elif found.container and found.exit_meaning:
        lines.append(f"    container {found.container} {found.exit_meaning}")
    if found.log:
        lines.append("    last log lines:")
        lines += [f"    | {line}" for line in found.log]
    elif found.log_note:
        lines.append(f"    no log lines: {found.log_note}")
    if found.events:
        lines.append("    service events since the start:")
        lines += [f"    | {line}" for line in found.events]
    if found.remedy:
        lines.append(f"    fix: {found.remedy}")
    if found.of == "service":
        # A canary's cause is the ending's reason, which already refers to the runbook.
        lines += [f"    {line}" for line in _lines(runbooks.pointer(found.cause))]
    return lines


def _explained(outcome: Outcome) -> tuple[str, ...]:
    match outcome:
        case Aborted() | RolledBack() | Superseded() | StillFinishing() | Unproven():
            return _lines(runbooks.pointer(outcome.reason))
        case _:
            return ()


def _lines(*lines: str) -> tuple[str, ...]:
    return tuple(line for line in lines if line)
