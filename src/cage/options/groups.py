"""Settings that commands share, in the order of their help."""

from __future__ import annotations

from cage.knobs.knob import Knob, knobs_of
from cage.options import output
from cage.options.access import Access
from cage.options.output import DIRECTORY
from cage.options.request import check_knobs, extra_knobs, field_of
from cage.options.sources import Sources
from cage.options.timeouts import Timeouts


def _of(*names: str) -> tuple[Knob, ...]:
    return tuple(field_of(name) for name in names)


PLACE = _of("region", "cluster", "service")
"""Settings that identify the service."""

ACCESS = tuple(knob for _, knob in knobs_of(Access))
"""Settings for access to AWS."""

TFSTATE = field_of("sources.tfstate")
VARIABLES = _of("sources.env_files", "sources.variables")
FILES = tuple(knob for _, knob in knobs_of(Sources) if knob is not TFSTATE)
"""Settings for definition files, without those for lookups."""

NAMING = (DIRECTORY, field_of("sources.service_file"), *VARIABLES, TFSTATE, *PLACE)
"""Settings that identify the service, from flags or from the service's file."""

REVISION = field_of("revision")
_BAKES = _of("timeouts.bake_s", "timeouts.bake_after_s")
LIMITS = tuple(knob for _, knob in knobs_of(Timeouts) if knob not in _BAKES)
"""The longest time for each wait."""

SAFETY = _of(
    *(
        "canary_instance",
        "no_canary",
        "allow_second_copy",
        "allow_active_alarms",
        "update_service",
        "desired_count",
    ),
    *("on_failure", "on_pause", "on_timeout", "floor", "verify"),
)
TURN = _of("wait_for_turn_s", "lock_as")


def checks() -> tuple[Knob, ...]:
    """Return the settings of the checks requested of the canary."""
    return (*_BAKES, *check_knobs())


def rollout() -> tuple[Knob, ...]:
    """Return the settings of rolling out a revision, in a rollout or a resumed one."""
    return (*SAFETY, *TURN, *checks(), *LIMITS, *extra_knobs())


def named(word: str) -> tuple[Knob, ...]:
    """Return the settings that a word in a command's declaration refers to.

    A word is a group's name, the name of an output setting, or the path to a field of `Request`.
    """
    groups = {
        "access": ACCESS, "events": output.EVENTS, "files": FILES, "naming": NAMING, "place": PLACE,
        "tfstate": (TFSTATE,),
    }  # fmt: skip
    if word == "rollout":
        return rollout()
    if word == "checks":
        return checks()
    if word == "extras":
        return extra_knobs()
    if word in groups:
        return groups[word]
    own = getattr(output, word.upper(), None)
    return (own if isinstance(own, Knob) else field_of(word),)
