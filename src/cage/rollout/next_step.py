"""The one command to run after a run that left something open. Pure."""

from __future__ import annotations

from cage.model.errors import AwsUnavailableError, CageError, CredentialsError
from cage.model.outcome import Interrupted, Outcome, StillFinishing, Unproven, service_changed
from cage.options.request import Request


def command(
    request: Request, outcome: Outcome, *, resumable: bool, half_way: bool, left: bool
) -> str:
    """Return the one command that continues or cleans up; empty if nothing is left to do.

    Args:
        resumable: Whether `cage resume` continues runs of this kind.
        half_way: Whether the run broke off after it had changed the service.
        left: Whether a canary task, or one of its targets, was not cleaned up. A run that ended
            before it changed the service is not continued, only swept.
    """
    if isinstance(outcome, StillFinishing):
        # Such an ID can begin with a hyphen.
        which = f" --deployment={outcome.deployment}" if outcome.deployment else ""
        return f"{request.resume_command}{which}"
    if isinstance(outcome, Unproven) and outcome.rolling_back and resumable:
        return request.resume_command
    if resumable and service_changed(outcome) and (half_way or left):
        return request.resume_command
    if left:
        return f"cage sweep {request.naming}"
    match outcome:
        case Unproven() | Interrupted(service_changed=True):
            return f"cage status {request.naming}"
    return ""


def first_of_all(error: CageError) -> str:
    """Return what must be fixed before that command can help; it includes no command."""
    if isinstance(error, CredentialsError):
        return "Refresh the AWS credentials first."
    if isinstance(error, AwsUnavailableError):
        return "Wait until AWS answers again."
    return error.next_step
