"""What is to be done after a run that left something open: one command. Pure."""

from __future__ import annotations

from cage.model.errors import AwsUnavailableError, CageError, CredentialsError
from cage.model.outcome import Aborted, Interrupted, Outcome, Unproven
from cage.options.request import Request


def command(
    request: Request, outcome: Outcome, *, resumable: bool, half_way: bool, left: bool
) -> str:
    """Return the one command that carries on or cleans up; empty if nothing is left to do.

    Args:
        resumable: Whether `cage resume` carries on with runs of this kind.
        half_way: Whether the run broke off after it had changed the service.
        left: Whether a canary task, or a target of it, is left behind. Of a rollout that was
            aborted for a reason nothing is to be carried on with: then it is only swept.
    """
    judged = isinstance(outcome, Aborted) and not outcome.inconclusive
    if resumable and (half_way or (left and not judged)):
        return request.resume_command
    if left:
        return f"cage sweep {request.naming}"
    match outcome:
        case Unproven() | Interrupted(service_changed=True):
            return f"cage status {request.naming}"
    return ""


def first_of_all(error: CageError) -> str:
    """Return what must be mended before that command can help, without a command of its own."""
    if isinstance(error, CredentialsError):
        return "Set credentials that are valid before anything else."
    if isinstance(error, AwsUnavailableError):
        return "Wait until AWS can be reached again."
    return error.next_step
