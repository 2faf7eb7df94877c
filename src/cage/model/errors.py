"""Every error that cage raises on purpose.

    CageError
    ├── UsageError                the call, a flag or a setting can't be used
    │   └── DefinitionError       the definition files can't be used; carries findings
    ├── RefusedError              the service can't be rolled out as it stands
    │   └── BusyError             somebody else is at it just now
    └── AwsError                  AWS answered no, or didn't answer
        ├── AwsUnavailableError   throttled, failing or out of reach; may heal by itself
        ├── AccessDeniedError     the caller may not do this
        ├── CredentialsError      no credentials, expired ones, or a clock that is off
        ├── NotFoundError         what was named isn't there
        └── InvalidRequestError   AWS refused the request's content

Each says what happened, why, and what to do next: three short lines.
A failed check is no error: it is a value in `cage.model.outcome`.
"""

from __future__ import annotations


class CageError(Exception):
    """The root of all errors that cage raises on purpose.

    Args:
        what: What happened, in one line.
        why: Why it happened, in one line; may be empty when `what` says it all.
        next_step: What the reader can do now, in one line.
    """

    def __init__(self, what: str, why: str = "", next_step: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.why = why
        self.next_step = next_step

    def lines(self) -> tuple[str, ...]:
        """Return the error as one to three lines, without empty ones."""
        return tuple(line for line in (self.what, self.why, self.next_step) if line)

    def __str__(self) -> str:
        return "\n".join(self.lines())


class UsageError(CageError):
    """The call, a flag or a setting can't be used; nothing was changed."""


class DefinitionError(UsageError):
    """The definition files can't be used; nothing was changed.

    Args:
        findings: One line a finding, each with its place, in reading order.
    """

    def __init__(self, what: str, findings: tuple[str, ...], next_step: str = "") -> None:
        super().__init__(what, "", next_step)
        self.findings = findings

    def lines(self) -> tuple[str, ...]:
        """Return the error with one line for each finding."""
        last = (self.next_step,) if self.next_step else ()
        return (self.what, *self.findings, *last)


class RefusedError(CageError):
    """The service can't be rolled out as it stands; nothing was changed."""


class BusyError(RefusedError):
    """Somebody else rolls the service out just now; later it may be free."""


class AwsError(CageError):
    """AWS answered no, or didn't answer.

    Args:
        operation: The API operation, as `RunTask`.
        code: The error code that AWS gave, as `ClusterNotFoundException`, or the
            name of the exception that kept the call from being made.

    Attributes:
        may_have_happened: Whether the call, or an earlier attempt at it, may have taken
            effect although its answer never came.
    """

    def __init__(
        self, what: str, why: str = "", next_step: str = "", *, operation: str = "", code: str = ""
    ) -> None:
        super().__init__(what, why, next_step)
        self.operation = operation
        self.code = code
        self.may_have_happened = False


class AwsUnavailableError(AwsError):
    """AWS is throttling, failing or out of reach; the same call may succeed later."""


class AccessDeniedError(AwsError):
    """The caller may not do this; a retry won't help."""


class CredentialsError(AwsError):
    """There are no credentials, they expired, or the clock is off."""


class NotFoundError(AwsError):
    """The thing that was named isn't there."""


class InvalidRequestError(AwsError):
    """AWS refused the content of the request; a retry won't help."""
