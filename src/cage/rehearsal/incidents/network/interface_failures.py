"""A task has no network interface, or can't reach its registry.

Source: ECS developer guide, "Amazon ECS stopped tasks error messages":
ResourceInitializationError; Unexpected EC2 error while attempting to create network interface;
Timeout waiting for network interface provisioning to complete.
"""

from __future__ import annotations

import functools

from cage.rehearsal.incidents.effects import cannot_start
from cage.rehearsal.incidents.incident import ABORTED, Incident

_incident = functools.partial(Incident, family="network", right=ABORTED, order=1)

INCIDENTS = (
    _incident(
        name="no-route",
        summary="the task can't reach the registry",
        why="no task of this revision can ever start",
        arm=cannot_start(
            "ResourceInitializationError: unable to pull secrets or registry auth: The task cannot "
            "pull registry auth from Amazon ECR: There is a connection issue between the task and "
            "Amazon ECR. Check your task network configuration: dial tcp: i/o timeout",
            120,
            180,
        ),
    ),
    _incident(
        name="no-addresses",
        summary="the subnet has no free address",
        why="the service couldn't start a task either",
        arm=cannot_start(
            "Unexpected EC2 error while attempting to Create Network Interface in subnet "
            "'subnet-1': InsufficientFreeAddressesInSubnet",
            1,
            5,
        ),
    ),
    _incident(
        name="interface-timeout",
        summary="the network interface isn't attached in time",
        why="a task without an address can't serve",
        arm=cannot_start(
            "Timeout waiting for network interface provisioning to complete.", 150, 200
        ),
    ),
)
