"""The output of `cage --help`. It needs no other module, so nothing heavy is imported here."""

from __future__ import annotations

from cage.verbs.verb import verbs

USAGE = "Usage: cage [OPTIONS] COMMAND [ARGS]..."
INTRODUCTION = (
    "Roll out services on Amazon ECS, canary first: one extra task of the new revision\n"
    "  is started alongside the service and checked. Only then is the service changed."
)


def overview() -> str:
    """Return the output of `cage --help`."""
    width = max(len(verb.name) for verb in verbs())
    lines: list[str] = []
    heading = ""
    for verb in verbs():
        if verb.heading != heading:
            heading = verb.heading
            lines += ["", f"{heading}:"]
        lines.append(f"  {verb.name:<{width}}  {verb.summary}")
    return (
        f"{USAGE}\n\n  {INTRODUCTION}\n" + "\n".join(lines) + "\n\nOptions:\n"
        "  -V, --version  Print the version.\n"
        "  -h, --help     Print this, or a command's own help after its name.\n"
    )
