"""Which names of a host are this machine's own: others could be a web page's that asks for it."""

from __future__ import annotations

import ipaddress

_LOCAL = ("localhost", "localhost.localdomain")


def is_local(host: str) -> bool:
    """Return whether a Host header names the loopback interface.

    A page in a browser can make its own name resolve to 127.0.0.1, and then reach what listens
    there (DNS rebinding); its requests still have that name. A client that sends no such
    header isn't a browser, and is answered.
    """
    name = host.strip().lower()
    name = name[1:].partition("]")[0] if name.startswith("[") else name.partition(":")[0]
    name = name.rstrip(".")
    if not name or name in _LOCAL or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
