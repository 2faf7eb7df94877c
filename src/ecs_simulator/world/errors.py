"""Errors that a call can end with instead of an answer."""

from __future__ import annotations

from collections.abc import Callable


class ApiError(Exception):
    """An error that the simulated API answers with.

    Args:
        code: The error code, such as `ClusterNotFoundException`.
        message: The text that AWS gives with it.
        status: The HTTP status.
    """

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


class NoAnswerError(Exception):
    """The connection breaks: the caller gets no answer.

    Args:
        done: Whether the call takes effect anyway.
    """

    def __init__(self, *, done: bool) -> None:
        super().__init__("no answer")
        self.done = done


class SpoiledAnswerError(Exception):
    """The caller gets something else in place of the answer, with status 200.

    Args:
        spoil: Returns what it gets, from the answer's text; that is empty if nothing was done.
        done: Whether the call takes effect.
    """

    def __init__(self, spoil: Callable[[str], str], *, done: bool) -> None:
        super().__init__("a spoiled answer")
        self.spoil = spoil
        self.done = done
