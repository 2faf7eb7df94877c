"""The declaration of a command: its name, summary, settings, and function."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from cage.registry import discover

if TYPE_CHECKING:
    from cage.command.ending import Ending
    from cage.knobs.knob import Knob
    from cage.options.invocation import Invocation

HEADINGS = ("Files", "Rollouts", "Looking", "Rehearsing", "Reference")
"""The parts of the overview, in order."""


class Verb(NamedTuple):
    """A command, declared once as `VERB` in a file.

    Attributes:
        name: Its name on the command line.
        summary: Its description, in one line of the overview.
        text: The rest of its help, in paragraphs; the last one lists its exit codes.
        takes: The settings that it shares with other commands: names of `options.groups`, or of
            fields of `Request`, in the order of its help. The word own represents its own.
        run: Runs it, and returns how it ended, or an exit code if all output is printed.
        heading: The part of the overview that lists it.
        order: Its position in that part.
        also: Other words that people type for it; these are suggestions, not commands.
        own: Returns the settings that no other command has.
        changes: Whether it can change anything; if so, its errors say that nothing was changed.
    """

    name: str
    summary: str
    text: str
    takes: str
    run: Callable[[Invocation], Ending | int]
    heading: str = "Other"
    order: int = 100
    also: tuple[str, ...] = ()
    own: Callable[[], Sequence[Knob]] = tuple
    changes: bool = False

    def settings(self) -> tuple[Knob, ...]:
        """Return the command's settings in the order of its help."""
        from cage.options.groups import named

        found: list[Knob] = []
        for word in self.takes.split():
            found += self.own() if word == "own" else named(word)
        return tuple(found)

    @property
    def help(self) -> str:
        """The whole help, except the settings."""
        return f"{self.summary}\n\n{self.text}" if self.text else self.summary


@functools.cache
def verbs() -> tuple[Verb, ...]:
    """Return the commands in the order of the overview; plug-ins' come last in their part."""
    found = discover("cage.verbs", "VERB", "cage.verbs")

    def place(verb: Verb) -> tuple[int, int, str]:
        known = verb.heading in HEADINGS
        part = HEADINGS.index(verb.heading) if known else len(HEADINGS)
        return part, verb.order, verb.name

    return tuple(sorted(found, key=place))
