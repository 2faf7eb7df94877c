"""The real world outside AWS: HTTP and programs, through the standard library."""

from __future__ import annotations

from cage.ports.outside import Outside
from cage.probes.http import StandardHttp
from cage.probes.programs import LocalPrograms


def outside() -> Outside:
    """Return the real world outside AWS."""
    return Outside(StandardHttp(), LocalPrograms())


__all__ = ["outside"]
