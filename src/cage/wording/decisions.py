"""What became of a decision about a rollout, in words."""

from __future__ import annotations

from typing import assert_never

from cage.rollout.decision import NOTICE_S, Deciding, Effect
from cage.runtime.decisions import Word
from cage.wording.words import printable


def lines(deciding: Deciding) -> tuple[str, ...]:
    """Return one to three lines, without control characters: what happened, why, what next."""
    before = (_before(deciding),) if deciding.again else ()
    return tuple(printable(line) for line in (*before, *_effect(deciding)))


def _before(deciding: Deciding) -> str:
    return f"This was asked for before, by {deciding.decision}."


def _effect(deciding: Deciding) -> tuple[str, ...]:
    rollout, service = f"Rollout {deciding.rollout}", f"service {deciding.service}"
    naming = f"--cluster {deciding.cluster} --service {deciding.service}"
    word = deciding.decision.word
    match deciding.effect:
        case Effect.TAKEN if word is Word.PROMOTE:
            return (
                f"{rollout} is approved: it has updated {service}.",
                f"It proves deployment {deciding.deployment_id} now, or puts the service back.",
                f"Follow it: cage status {naming} --watch",
            )
        case Effect.TAKEN:
            return (f"{rollout} is aborted; {service} is untouched.",)
        case Effect.OVERRULED:
            return (
                f"{rollout} is approved and was aborted all the same; {service} is untouched.",
                "Something that must hold until the update didn't, or somebody asked to abort it.",
                "Its own output says what; then roll out again.",
            )
        case Effect.TOO_LATE:
            return (
                f"{rollout} has changed {service} already, by deployment {deciding.deployment_id}.",
                "An abort counts only before that. The rollout proves it, or puts it back.",
                f"To put it back yourself: cage rollback {naming}",
            )
        case Effect.NOT_NOTICED:
            return (
                f"{rollout} is asked to {word.value}, and took no notice within {NOTICE_S:.0f} s.",
                "If it is alive it still will, at its next look at its canary.",
                f"Look at it: cage status {naming}",
            )
        case _:
            assert_never(deciding.effect)
