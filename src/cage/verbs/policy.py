"""`cage policy`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cage.verbs.verb import Verb

if TYPE_CHECKING:
    from cage.command.ending import Ending
    from cage.knobs.knob import Knob
    from cage.options.invocation import Invocation
    from cage.policy.document import Place

_ALL = "all"
_ARN_PARTS = 6


def _knobs() -> dict[str, Knob]:
    from cage.knobs.kinds import Many, Text
    from cage.knobs.knob import flag
    from cage.policy.catalog import COMMANDS, FEATURES

    usual = [name for name, feature in FEATURES.items() if feature.usual]
    one, many = Text(), Many(Text("ARN"))
    found = (
        flag(
            "commands",
            Many(Text(words=tuple(COMMANDS))),
            "The commands that the policy is for. [default: all]",
            default=(),
            argument=True,
            entries=True,
        ),
        flag(
            "--with",
            Many(Text(words=(*FEATURES, _ALL))),
            "Also allow what this needs.",
            default=(),
        ),
        flag(
            "--without",
            Many(Text(words=tuple(usual))),
            "Don't allow what this needs.",
            default=(),
        ),
        flag("--region", one, "Only in this Region."),
        flag("--account", Text("ID"), "Only in this account."),
        flag("--cluster", one, "Only in this cluster, by name or ARN."),
        flag("--service", one, "Only this service."),
        flag("--family", one, "Only this family of task definitions."),
        flag("--role", many, "Pass only this role.", default=()),
        flag("--target-group", many, "Register targets only there.", default=()),
    )
    return {knob.name: knob for knob in found}


def _run(call: Invocation) -> Ending | int:
    import sys

    from cage.policy.catalog import COMMANDS, FEATURES
    from cage.policy.document import document
    from cage.wording.harmless import harmless_json

    said = {name: call.value(knob) for name, knob in _knobs().items()}
    usual = {name for name, feature in FEATURES.items() if feature.usual}
    wanted = set(FEATURES) if _ALL in said["with"] else usual | set(said["with"])
    made = document(said["commands"] or COMMANDS, wanted - set(said["without"]), _place(said))
    sys.stdout.write(harmless_json(made, 2) + "\n")
    return 0


def _place(said: dict[str, Any]) -> Place:
    from cage.policy.document import ANY, Place

    told = (said["cluster"] or "").split(":")
    region, account = (told[3], told[4]) if len(told) == _ARN_PARTS else (ANY, ANY)
    return Place(
        region=said["region"] or region,
        account=said["account"] or account,
        cluster=(said["cluster"] or ANY).rpartition("/")[2],
        service=(said["service"] or ANY).rpartition("/")[2],
        family=said["family"] or ANY,
        roles=said["role"],
        target_groups=said["target_group"],
    )


VERB = Verb(
    name="policy",
    summary="Print the minimum IAM policy that commands need.",
    text="""\
The policy allows the API calls of these commands; without COMMANDS, of all commands. Resources
that no flag narrows are `*`. You can remove statements whose Sid begins with Optional; cage
then checks less.

Exit codes: 0 printed; 2 usage.""",
    takes="own debug",
    own=lambda: tuple(_knobs().values()),
    run=_run,
    heading="Reference",
    order=10,
    also=("iam", "permissions"),
)
