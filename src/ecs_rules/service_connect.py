"""Service Connect: ports, names and logs of its proxy.

Source: API reference, ServiceConnectConfiguration, ServiceConnectService,
ServiceConnectClientAlias and PortMapping, name. ECS's texts are *unknown*.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ecs_rules.breach import CLIENT, Breach, breach
from ecs_rules.catalog import rule
from ecs_rules.request import SERVICE, Shape, Spot, containers, items
from ecs_rules.values import show

_NAME = re.compile(r"[a-z0-9_][a-z0-9_-]{0,63}")
_DNS = re.compile(r"[a-z0-9_.][a-z0-9_.-]{0,126}")
_FORM = "Use lower-case letters, digits, - and _, at most 64, and no - first"
_DNS_FORM = "Use lower-case letters, digits, -, _ and ., at most 127, and no - first"
_AT = SERVICE.at("serviceConnectConfiguration")


@rule("RegisterTaskDefinition")
def port_names(_service: Shape, task_definition: Shape) -> Iterator[Breach]:
    """The name of a port is one for Service Connect and VPC Lattice."""
    for spot, container in containers(task_definition):
        for at, mapping in items(container, "portMappings", spot):
            name = mapping.get("name")
            if name and not _NAME.fullmatch(name):
                text = f"Invalid port name {name}."
                message = f"{show(name)} is not the name of a port"
                yield breach(at.at("name"), message, _FORM, text=text, code=CLIENT)


@rule("CreateService", "UpdateService")
def aliases(service: Shape, _task_definition: Shape) -> Iterator[Breach]:
    """A service of Service Connect has one alias at most, and names that DNS accepts."""
    connect = service.get("serviceConnectConfiguration") or {}
    for spot, one in items(connect, "services", _AT):
        given = list(items(one, "clientAliases", spot))
        if len(given) > 1:
            text = "A Service Connect service can have at most one client alias."
            yield breach(
                given[1][0], "a service has one client alias at most", "Remove it", text=text
            )
        yield from _named(one, "discoveryName", spot, _NAME, _FORM)
        for at, alias in given:
            yield from _named(alias, "dnsName", at, _DNS, _DNS_FORM)


def _named(owner: Shape, key: str, spot: Spot, form: re.Pattern[str], fix: str) -> Iterator[Breach]:
    name = owner.get(key)
    if name and not form.fullmatch(name):
        text = f"Invalid {key} {name}."
        yield breach(spot.at(key), f"{show(name)} is not accepted here", fix, text=text)


@rule("CreateService", "UpdateService")
def access_log(service: Shape, _task_definition: Shape) -> Iterator[Breach]:
    """Access logs go where the proxy's logs go."""
    connect = service.get("serviceConnectConfiguration") or {}
    if connect.get("accessLogConfiguration") and not connect.get("logConfiguration"):
        text = "accessLogConfiguration needs a logConfiguration."
        message = "access logs need logConfiguration alongside"
        yield breach(
            _AT.at("accessLogConfiguration"),
            message,
            "Add it",
            _AT.at("logConfiguration"),
            text=text,
        )
