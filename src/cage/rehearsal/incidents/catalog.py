"""All incidents, from their files and from the entry points of other packages."""

from __future__ import annotations

from collections.abc import Iterator

from cage import registry
from cage.model.errors import UsageError
from cage.rehearsal.incidents.incident import FAMILIES, Incident

GROUP = "cage.incidents"
"""The entry-point group of other packages' incidents. Each entry is one `Incident` or several."""


def _found() -> Iterator[Incident]:
    """Yield the incidents of single files, of tables, and of plug-ins."""
    yield from registry.modules(__package__, "INCIDENT")
    for table in registry.modules(__package__, "INCIDENTS"):
        yield from table
    for plugged in registry.plug_ins(GROUP):
        yield from (plugged,) if isinstance(plugged, Incident) else plugged


def _place(incident: Incident) -> tuple[int, int]:
    families = [*FAMILIES, incident.family]
    return families.index(incident.family), incident.order


def _by_name(incidents: list[Incident]) -> dict[str, Incident]:
    found: dict[str, Incident] = {}
    for incident in sorted(incidents, key=_place):
        if incident.name in found:
            raise UsageError(
                f"Two incidents are named {incident.name}.",
                f"One of them is of the entry-point group {GROUP}.",
                "Rename it, or uninstall its package.",
            )
        found[incident.name] = incident
    return found


CATALOG = _by_name(list(_found()))
"""All incidents by name, ordered by family and place."""
