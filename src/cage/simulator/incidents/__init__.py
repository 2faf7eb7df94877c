"""The catalogue of what goes wrong. A new incident is one small file and one line here."""

from __future__ import annotations

from cage.simulator.incidents.bad_image import BadImage
from cage.simulator.incidents.crash_after_promotion import CrashAfterPromotion
from cage.simulator.incidents.essential_exit import EssentialExit
from cage.simulator.incidents.no_capacity import NoCapacity
from cage.simulator.incidents.protocol import Incident
from cage.simulator.incidents.security_group import SecurityGroup
from cage.simulator.incidents.slow_start import SlowStart
from cage.simulator.incidents.stale_reads import StaleReads
from cage.simulator.incidents.throttling import Throttling
from cage.simulator.incidents.unhealthy_container import UnhealthyContainer

CATALOGUE: dict[str, Incident] = {
    incident.name: incident
    for incident in (
        BadImage(),
        EssentialExit(),
        SecurityGroup(),
        SlowStart(),
        UnhealthyContainer(),
        NoCapacity(),
        CrashAfterPromotion(),
        Throttling(),
        StaleReads(),
    )
}

__all__ = ["CATALOGUE", "Incident"]
