"""The verbs. A new verb is one file in `cli/` and one line here.

Nothing heavy is imported here: `cage --help` and `cage --version` need nothing else.
"""

from __future__ import annotations

from typing import NamedTuple


class Verb(NamedTuple):
    """A verb: its name, what it does in a line, and where its command is."""

    name: str
    summary: str
    module: str


VERBS = (
    Verb("check", "Check definition files, without AWS.", "check"),
    Verb("render", "Print what would be sent to ECS, secrets masked.", "render"),
    Verb("up", "Create a service from its definition files, and prove that it is steady.", "up"),
    Verb("rollout", "Roll a new revision out to a service, canary first.", "rollout"),
    Verb("resume", "Carry on with a rollout whose process died, or clean up.", "resume"),
    Verb("promote", "Approve of a rollout that waits for it, from anywhere.", "promote"),
    Verb("abort", "Abort a rollout that hasn't changed the service, from anywhere.", "abort"),
    Verb("verify", "Say what is certain to fail before anything is started.", "verify"),
    Verb("diff", "Compare the definition files with what is live.", "diff"),
    Verb("init", "Write the definition files of a service that is live.", "init"),
    Verb("status", "Show what is going on with a service.", "status"),
    Verb("rollback", "Put a service back to the revision before, and prove it.", "rollback"),
    Verb("sweep", "Take away the canaries that dead rollouts left in a cluster.", "sweep"),
    Verb("rehearse", "Roll out in a simulated ECS, with incidents if you like.", "rehearse"),
    Verb("local", "Serve a simulated ECS on loopback, for any AWS client.", "local"),
    Verb("policy", "Print the least IAM policy that commands need.", "policy"),
    Verb("schema", "Print the JSON Schema of a definition file, for editors.", "schema"),
    Verb("help", "Explain a command, an exit code or a cause of failed tasks.", "help"),
)

USAGE = "Usage: cage [OPTIONS] COMMAND [ARGS]..."
INTRODUCTION = (
    "Roll out services on Amazon ECS without putting them at risk: one canary task\n"
    "  is started beside the service, checked, and only then the service is changed."
)


def overview() -> str:
    """Return what `cage --help` prints."""
    width = max(len(verb.name) for verb in VERBS)
    commands = "\n".join(f"  {verb.name:<{width}}  {verb.summary}" for verb in VERBS)
    return (
        f"{USAGE}\n\n  {INTRODUCTION}\n\n"
        "Options:\n"
        "  --version   Print the version.\n"
        "  -h, --help  Print this, or a command's own help after its name.\n\n"
        f"Commands:\n{commands}\n"
    )
