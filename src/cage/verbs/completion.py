"""`cage completion`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cage.verbs.verb import Verb

if TYPE_CHECKING:
    from cage.command.ending import Ending
    from cage.knobs.knob import Knob
    from cage.options.invocation import Invocation

_SHELLS = ("bash", "zsh", "fish")


def _shell() -> Knob:
    from cage.knobs.kinds import Text
    from cage.knobs.knob import flag

    return flag("shell", Text(words=_SHELLS), "The shell.", argument=True)


def _run(call: Invocation) -> Ending | int:
    import sys

    import click
    from click.shell_completion import get_completion_class

    from cage.model.errors import UsageError

    shell = call.value(_shell())
    made = get_completion_class(shell) if shell else None
    if made is None:
        raise UsageError("No shell specified.", "", f"Pass {', '.join(_SHELLS)}.")
    # Newer shells only: to detect the version, click starts the shell itself.
    source = made(click.Command("cage"), {}, "cage", "_CAGE_COMPLETE")
    sys.stdout.write(source.source_template % source.source_vars())
    return 0


VERB = Verb(
    name="completion",
    summary="Print a shell's completion script: bash, zsh or fish.",
    text="""\
For bash, add to ~/.bashrc: eval "$(cage completion bash)". For zsh, add to ~/.zshrc:
eval "$(cage completion zsh)". For fish, run: cage completion fish >
~/.config/fish/completions/cage.fish

Exit codes: 0 printed; 2 usage.""",
    takes="own debug",
    own=lambda: (_shell(),),
    run=_run,
    heading="Reference",
    order=40,
)
