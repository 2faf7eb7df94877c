"""The flags of `cage promote` and `cage abort` that say what a decision is about."""

from __future__ import annotations

from cage.knobs.kinds import Switch, Text
from cage.knobs.knob import Knob, flag


def hook() -> Knob:
    """Return the flag that names a pause."""
    text = "Decide this pause of the deployment, if several things wait."
    return flag("--hook", Text("ID"), text, default="", heading="Decision")


def rollout() -> Knob:
    """Return the flag that means cage's own rollout."""
    text = "Decide about cage's own rollout, whatever else waits."
    return flag("--rollout", Switch(), text, default=False, heading="Decision")


def own() -> tuple[Knob, ...]:
    """Return the settings that say what a decision is about."""
    return (hook(), rollout())
