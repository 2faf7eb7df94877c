"""The effect of a decision about a rollout, in words."""

from __future__ import annotations

from typing import assert_never

from cage.deployment.hook_watch import CONTINUE
from cage.rollout.decision import NOTICE_S, Deciding, Effect
from cage.rollout.hook_decision import SHOWN_S, HookDecision, HookEffect
from cage.runtime.decisions import Word
from cage.wording.harmless import harmless


def lines(deciding: Deciding | HookDecision, flags: str) -> tuple[str, ...]:
    """Return one to four lines: what happened, why, and what to do next.

    Args:
        flags: The flags that specify the service for one of cage's commands.
    """
    if isinstance(deciding, HookDecision):
        return tuple(harmless(line) for line in _of_hook(deciding, flags))
    before = (_before(deciding),) if deciding.again else ()
    return tuple(harmless(line) for line in (*before, *_effect(deciding, flags)))


def _of_hook(decided: HookDecision, flags: str) -> tuple[str, ...]:
    deployment = f"Service deployment {decided.deployment} of service {decided.service}"
    if decided.effect is HookEffect.NOT_SHOWN:
        return (
            f"ECS accepted the decision about {decided.hook}.",
            f"{deployment} still shows it as waiting after {SHOWN_S:.0f} s.",
            f"To check, run: cage status {flags}",
        )
    goes = "continues" if decided.action == CONTINUE else "is being rolled back by ECS"
    return (
        f"{deployment} {goes}; it was paused in stage {decided.stage}.",
        f"To follow it, run: cage status {flags} --watch",
    )


def _before(deciding: Deciding) -> str:
    return f"{deciding.decision} requested this before."


def _effect(deciding: Deciding, flags: str) -> tuple[str, ...]:
    rollout, service = f"Rollout {deciding.rollout}", f"service {deciding.service}"
    word = deciding.decision.word
    match deciding.effect:
        case Effect.TAKEN if word is Word.PROMOTE:
            return (
                f"{rollout} is approved and has updated {service}.",
                f"It is confirming deployment {deciding.deployment_id}, or will roll back.",
                f"To follow it, run: cage status {flags} --watch",
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
                f"To roll back now, run: cage rollback {flags}",
            )
        case Effect.NOT_NOTICED:
            return (
                f"{rollout} did not respond to {word.value} within {NOTICE_S:.0f} s.",
                "If it is running, it will respond when it next polls its canary.",
                f"To check, run: cage status {flags}",
            )
        case _:
            assert_never(deciding.effect)
