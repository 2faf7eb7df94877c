"""The effect of a decision about a rollout, in words."""

from __future__ import annotations

from typing import assert_never

from cage.rollout.decision import NOTICE_S, Deciding, Effect
from cage.runtime.decisions import Word
from cage.wording.words import printable


def lines(deciding: Deciding) -> tuple[str, ...]:
    """Return one to four lines: what happened, why, and what to do next."""
    before = (_before(deciding),) if deciding.again else ()
    return tuple(printable(line) for line in (*before, *_effect(deciding)))


def _before(deciding: Deciding) -> str:
    return f"{deciding.decision} requested this before."


def _effect(deciding: Deciding) -> tuple[str, ...]:
    rollout, service = f"Rollout {deciding.rollout}", f"service {deciding.service}"
    naming = f"--cluster {deciding.cluster} --service {deciding.service}"
    word = deciding.decision.word
    match deciding.effect:
        case Effect.TAKEN if word is Word.PROMOTE:
            return (
                f"{rollout} is approved and has updated {service}.",
                f"It is confirming deployment {deciding.deployment_id}, or will roll back.",
                f"To follow it, run: cage status {naming} --watch",
            )
        case Effect.TAKEN:
            return (f"{rollout} is aborted; {service} was NOT changed.",)
        case Effect.OVERRULED:
            return (
                f"{rollout} was approved, then aborted; {service} was NOT changed.",
                "A check failed before the update, or someone aborted the rollout.",
                "Read the rollout's output, then roll out again.",
            )
        case Effect.TOO_LATE:
            return (
                f"{rollout} has already changed {service}: deployment {deciding.deployment_id}.",
                "It can no longer be aborted. The rollout confirms the deployment or rolls back.",
                f"To roll back now, run: cage rollback {naming}",
            )
        case Effect.NOT_NOTICED:
            return (
                f"{rollout} did not respond to {word.value} within {NOTICE_S:.0f} s.",
                "If it is running, it will respond when it next polls its canary.",
                f"To check, run: cage status {naming}",
            )
        case _:
            assert_never(deciding.effect)
