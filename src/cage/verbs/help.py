"""`cage help`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cage.verbs.verb import Verb

if TYPE_CHECKING:
    from cage.knobs.knob import Knob
    from cage.model.errors import UsageError
    from cage.options.invocation import Invocation


def _topic() -> Knob:
    from cage.knobs.kinds import Text
    from cage.knobs.knob import flag

    return flag(
        "topic",
        Text(suggested=_known),
        "A command, an exit code, a cause or a reason.",
        argument=True,
    )


def _run(call: Invocation) -> int:
    import sys

    from cage import runbooks
    from cage.verbs.help_text import help_text
    from cage.verbs.verb import verbs

    topic = call.value(_topic())
    if topic is None:
        sys.stdout.write(f"{_topics()}\n")
    elif found := next((verb for verb in verbs() if verb.name == topic), None):
        sys.stdout.write(help_text(found))
    elif runbook := runbooks.find(topic):
        sys.stdout.write(runbooks.text(*runbook))
    else:
        raise _unknown(topic)
    return 0


def _known() -> list[str]:
    from cage import runbooks
    from cage.verbs.verb import verbs

    return [verb.name for verb in verbs()] + [n for k in runbooks.KINDS for n in runbooks.names(k)]


def _topics() -> str:
    from cage.runbooks import CAUSES, EXIT_CODES, REASONS
    from cage.verbs.verb import verbs

    parts = {
        "Commands": {verb.name: verb.summary for verb in verbs()},
        "Exit codes": _titles(EXIT_CODES),
        "Causes of failed tasks": _titles(CAUSES),
        "Reasons of an ending": _titles(REASONS),
    }
    width = max(len(name) for rows in parts.values() for name in rows)
    blocks = [
        "\n".join((f"{heading}:", *(f"  {n:<{width}}  {text}" for n, text in rows.items())))
        for heading, rows in parts.items()
    ]
    return "\n\n".join(("Usage: cage help TOPIC", *blocks))


def _titles(kind: str) -> dict[str, str]:
    from cage import runbooks

    return {name: runbooks.title(kind, name) for name in runbooks.names(kind)}


def _unknown(topic: str) -> UsageError:
    from cage.definitions.spelling import nearest
    from cage.model.errors import UsageError

    near = nearest(topic, _known())
    then = f"Did you mean {near}?" if near else "To list all topics, run: cage help"
    return UsageError(f"No help on {topic}.", "", then)


VERB = Verb(
    name="help",
    summary="Explain a command, an exit code, or why something failed.",
    text="""\
TOPIC is a command such as rollout, an exit code such as 3, a cause of failed tasks such as
ImageNotFound, or a reason of an ending such as BelowFloor. Without TOPIC, all topics are listed.

Exit codes: 0 printed; 2 usage.""",
    takes="own debug",
    own=lambda: (_topic(),),
    run=_run,
    heading="Reference",
    order=30,
)
