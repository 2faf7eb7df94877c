"""What AWS's model does not say: one small file a family of rules, and this catalogue."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from cage.definitions.findings import Finding, path_text
from cage.definitions.limits import MAX_FINDINGS
from cage.definitions.rules import (
    agreement,
    arns,
    deployment,
    environment,
    fargate,
    health,
    images,
    load_balancers,
    logging,
    names,
    network,
    order,
    placeholders,
    placement,
    ports,
    roles,
    size,
    tags,
    volumes,
)
from cage.definitions.tree import locate

if TYPE_CHECKING:
    from cage.definitions.findings import KeyPath
    from cage.definitions.rules.rule import Remark, Rule, Spot
    from cage.definitions.validation import CheckedFile

CATALOGUE: tuple[Rule, ...] = (
    agreement.family,
    arns.account,
    arns.resource,
    deployment.strategy_parts,
    deployment.percents,
    deployment.controller,
    environment.names,
    environment.references,
    fargate.size,
    fargate.unsupported,
    fargate.compatibilities,
    health.numbers,
    health.command,
    images.names,
    load_balancers.identity,
    load_balancers.targets,
    load_balancers.grace_period,
    load_balancers.registries,
    load_balancers.port_names,
    logging.awslogs,
    logging.firelens,
    names.characters,
    names.secret,
    names.unique,
    network.configuration,
    network.limits,
    network.public_address,
    order.dependencies,
    order.essential,
    order.references,
    placeholders.left_over,
    placement.capacity,
    placement.daemon,
    placement.strategy,
    placement.platform_version,
    placement.desired_count,
    ports.numbers,
    ports.host_ports,
    ports.links,
    roles.execution_role,
    roles.task_role,
    roles.service_role,
    size.containers,
    size.task_definition,
    size.memory,
    tags.keys,
    volumes.mounts,
    volumes.kinds,
    volumes.at_launch,
)

_SIZE: tuple[Rule, ...] = (size.containers, size.task_definition)
"""What is too large for ECS is not looked at any further."""


def findings_of_rules(
    service: CheckedFile | None, task_definition: CheckedFile | None
) -> list[Finding]:
    """Apply every rule to what was read; a file that wasn't is None."""
    files = {True: service, False: task_definition}
    about_service = service.parameters if service else {}
    about_task = task_definition.parameters if task_definition else {}
    unsure = {side: _Unsure(file.unsure) for side, file in files.items() if file}
    too_large = any(True for rule in _SIZE for _ in rule(about_service, about_task))
    rules = _SIZE if too_large else CATALOGUE
    findings: list[Finding] = []
    for rule in rules:
        for remark in itertools.islice(rule(about_service, about_task), MAX_FINDINGS):
            file = files[remark.spot.in_service]
            if file is not None and not _doubtful(remark, unsure):
                findings.append(_finding(remark, file))
    return findings


class _Unsure:
    """Paths of values that aren't known, and of everything above them."""

    def __init__(self, paths: set[KeyPath]) -> None:
        self._paths = paths
        self._above = {path[:length] for path in paths for length in range(len(path) + 1)}

    def covers(self, path: KeyPath) -> bool:
        """Whether the value, or one that it is part of, isn't known."""
        return any(path[:length] in self._paths for length in range(len(path) + 1))

    def touches(self, path: KeyPath) -> bool:
        """Whether the value, one that it is part of or a part of it isn't known."""
        return path in self._above or self.covers(path)


def _doubtful(remark: Remark, unsure: dict[bool, _Unsure]) -> bool:
    def side(spot: Spot) -> _Unsure:
        return unsure.get(spot.in_service) or _Unsure(set())

    return side(remark.spot).covers(remark.spot.path) or any(
        side(spot).touches(spot.path) for spot in remark.relies_on
    )


def _finding(remark: Remark, file: CheckedFile) -> Finding:
    path = remark.spot.path
    place = file.source.place(locate(file.root, path))
    return Finding(remark.severity, place, path_text(path), remark.message, remark.remedy)
