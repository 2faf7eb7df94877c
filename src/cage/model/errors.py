"""Every error that cage raises on purpose.

    CageError
    ├── UsageError                the call, a flag or a setting can't be used
    │   └── DefinitionError       the definition files can't be used; has findings
    ├── RefusedError              the service can't be rolled out in its current state
    │   └── BusyError             someone else is rolling it out
    ├── DeclinedError             the user answered no
    ├── InternalError             a bug in cage
    └── AwsError                  AWS refused the call, or returned no answer
        ├── AwsUnavailableError   throttled, failing or unreachable; often temporary
        ├── AccessDeniedError     the caller is not allowed to do this
        ├── CredentialsError      no credentials, expired credentials, or a wrong clock
        ├── NotFoundError         the resource was not found
        └── InvalidRequestError   AWS rejected the content of the request

Each says what happened, why, and what to do next, in three short lines.
A failed check is not an error. It is a value in `cage.model.outcome`.
"""

from __future__ import annotations


class CageError(Exception):
    """Base class of all errors that cage raises on purpose.

    Args:
        what: The error, in one line.
        why: Why it happened, in one line; empty if `what` is enough.
        next_step: The next step for the reader, in one line.
    """

    def __init__(self, what: str, why: str = "", next_step: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.why = why
        self.next_step = next_step

    def lines(self) -> tuple[str, ...]:
        """Return the error as one to three lines, none of them empty."""
        return tuple(line for line in (self.what, self.why, self.next_step) if line)

    def __str__(self) -> str:
        return "\n".join(self.lines())


class UsageError(CageError):
    """The call, a flag or a setting can't be used. Nothing was changed."""


class DefinitionError(UsageError):
    """The definition files can't be used. Nothing was changed.

    Args:
        findings: One line per finding with its place, in reading order.
    """

    def __init__(self, what: str, findings: tuple[str, ...], next_step: str = "") -> None:
        super().__init__(what, "", next_step)
        self.findings = findings

    def lines(self) -> tuple[str, ...]:
        """Return the error with one line for each finding."""
        last = (self.next_step,) if self.next_step else ()
        return (self.what, *self.findings, *last)


class RefusedError(CageError):
    """The service can't be rolled out in its current state. Nothing was changed."""


class BusyError(RefusedError):
    """Someone else is rolling out the service. Try again later."""


class DeclinedError(CageError):
    """The user answered no. Nothing was changed."""


class InternalError(CageError):
    """A bug in cage.

    Args:
        error: The exception that was raised.
    """

    def __init__(self, error: Exception) -> None:
        super().__init__(
            f"Internal error: {type(error).__name__}: {error}",
            "This is a bug in cage, not in your files.",
            "Run it again with --debug, and report the traceback.",
        )


class AwsError(CageError):
    """AWS refused the call, or returned no answer.

    Args:
        operation: The API operation, such as `RunTask`.
        code: The error code that AWS returned, such as `ClusterNotFoundException`, or the name
            of the exception that prevented the call.

    Attributes:
        may_have_happened: Whether the call, or an earlier attempt at it, might have taken
            effect although no answer arrived.
    """

    def __init__(
        self, what: str, why: str = "", next_step: str = "", *, operation: str = "", code: str = ""
    ) -> None:
        super().__init__(what, why, next_step)
        self.operation = operation
        self.code = code
        self.may_have_happened = False


class AwsUnavailableError(AwsError):
    """AWS is throttling, failing or unreachable. The same call might succeed later."""


class AccessDeniedError(AwsError):
    """The caller is not allowed to do this. A retry does not help."""


class CredentialsError(AwsError):
    """No credentials, expired credentials, or a wrong clock."""


class NotFoundError(AwsError):
    """The resource was not found."""


class InvalidRequestError(AwsError):
    """AWS rejected the content of the request. A retry does not help."""
