"""Settings that commands have in common, in the order of their help."""

from __future__ import annotations

from cage.knobs.knob import Knob, knobs_of
from cage.options import output
from cage.options.output import DIRECTORY
from cage.options.request import (
    Access,
    Sources,
    Timeouts,
    check_knobs,
    extra_knobs,
    field_of,
)


def _of(*names: str) -> tuple[Knob, ...]:
    return tuple(field_of(name) for name in names)


PLACE = _of("region", "cluster", "service")
"""Which service it is."""

ACCESS = tuple(knob for _, knob in knobs_of(Access))
"""How AWS is reached."""

TFSTATE = field_of("sources.tfstate")
VARIABLES = _of("sources.env_files", "sources.variables")
FILES = tuple(knob for _, knob in knobs_of(Sources) if knob is not TFSTATE)
"""Definition files, without what lookups need."""

NAMING = (DIRECTORY, field_of("sources.service_file"), *VARIABLES, TFSTATE, *PLACE)
"""Which service it is, as flags or the service's file say it."""

REVISION = field_of("revision")
_BAKES = _of("timeouts.bake_s", "timeouts.bake_after_s")
LIMITS = tuple(knob for _, knob in knobs_of(Timeouts) if knob not in _BAKES)
"""How long each wait can take."""

SAFETY = _of("canary_instance", "update_service", "on_failure", "floor", "verify")
TURN = _of("wait_for_turn_s", "lock_as")


def checks() -> tuple[Knob, ...]:
    """Return what is requested of the canary."""
    return (*_BAKES, *check_knobs())


def rollout() -> tuple[Knob, ...]:
    """Return how a revision is rolled out, by a rollout or by one that is resumed."""
    return (*SAFETY, *TURN, *checks(), *LIMITS, *extra_knobs())


def named(word: str) -> tuple[Knob, ...]:
    """Return the settings that a command's declaration names by a word.

    A word is a group's name, that of a setting of output, or the way to a field of `Request`.
    """
    groups = {
        "access": ACCESS, "events": output.EVENTS, "files": FILES, "naming": NAMING, "place": PLACE,
        "tfstate": (TFSTATE,),
    }  # fmt: skip
    if word == "rollout":
        return rollout()
    if word == "extras":
        return extra_knobs()
    if word in groups:
        return groups[word]
    own = getattr(output, word.upper(), None)
    return (own if isinstance(own, Knob) else field_of(word),)
