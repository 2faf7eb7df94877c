"""`cage rehearse`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cage.verbs.verb import Verb

if TYPE_CHECKING:
    from cage.command.ending import Ending
    from cage.knobs.knob import Knob
    from cage.options.invocation import Invocation

_HEADING = "Rehearsal"


def _names() -> list[str]:
    from cage.rehearsal.incidents.catalog import CATALOG

    return ["all", *CATALOG]


def incidents(text: str = "Incidents to rehearse; all rehearses each one in turn.") -> Knob:
    """Return the flag that selects the incidents, with its help."""
    from cage.knobs.kinds import Many, Text
    from cage.knobs.knob import flag

    return flag(
        "--incident",
        Many(Text("NAME", suggested=_names)),
        text,
        name="incidents",
        default=(),
        heading=_HEADING,
    )


def seed() -> Knob:
    """Return the flag that sets the random seed."""
    from cage.knobs.kinds import whole
    from cage.knobs.knob import flag

    return flag("--seed", whole(-(10**15)), "Random seed.", default=0, heading=_HEADING)


def _listed() -> Knob:
    from cage.knobs.knob import switch

    return switch("--list-incidents", "List the incidents.", heading=_HEADING)


def _drawn() -> Knob:
    from cage.knobs.kinds import Text
    from cage.knobs.knob import flag

    return flag(
        "--draw",
        Text(),
        "Rehearse this draw, as printed after repeat:, instead of the seed's.",
        heading=_HEADING,
    )


def _up() -> Knob:
    from cage.knobs.knob import switch

    text = "Rehearse cage up instead: the creation of the service."
    return switch("--up", text, heading=_HEADING)


def _canary() -> Knob:
    from cage.knobs.knob import switch

    text = "With --up: check a canary task before the service exists."
    return switch("--canary", text, heading=_HEADING)


def _run(call: Invocation) -> Ending | int:
    from cage.command.simulator import require_simulator

    require_simulator()
    from cage.command import rehearse

    if call.value(_listed()):
        return rehearse.list_incidents()
    names, drawn, chance = (call.value(knob()) for knob in (incidents, _drawn, seed))
    if call.value(_up()):
        from cage.command import rehearse_up

        return rehearse_up.run(call, names, chance, canary=call.value(_canary()))
    draws = drawn is not None or call.setting(seed()).given
    return rehearse.run(call, names, drawn, chance, draws=draws)


VERB = Verb(
    name="rehearse",
    summary="Rehearse a rollout in a simulated ECS, with or without incidents.",
    text="""\
The simulator creates everything that DIR's files reference. It creates the service, then cage
rolls out a new revision in virtual time; each line begins with virtual minutes and seconds. The
table at the end compares cage with a plain update-service. With --up, cage creates the service
instead. Without DIR, the seed draws everything: the service and its files, the incidents and the
timings.

Exit codes: 0 every rollout ended as it should; 1 one didn't, or cage broke a promise; 2 usage
or files.""",
    takes="directory files own cluster rollout events show_settings debug",
    own=lambda: (incidents(), _up(), _canary(), _listed(), seed(), _drawn()),
    run=_run,
    heading="Rehearsing",
    order=10,
    also=("simulate", "test"),
)
