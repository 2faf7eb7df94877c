"""A task can't be prepared: a resource that its definition specifies is missing or denied.

Source: ECS developer guide, "Amazon ECS stopped tasks error messages",
ResourceInitializationError.
"""

from __future__ import annotations

import functools

from cage.rehearsal.incidents.effects import cannot_start
from cage.rehearsal.incidents.incident import ABORTED, Incident

_incident = functools.partial(
    Incident,
    family="configuration",
    why="no task of this revision can ever start",
    right=ABORTED,
    order=1,
)
_SECRETS = (
    "ResourceInitializationError: unable to pull secrets or registry auth: execution resource "
    "retrieval failed: "
)

INCIDENTS = (
    _incident(
        name="missing-secret",
        summary="a secret that the task definition names doesn't exist",
        arm=cannot_start(
            f"{_SECRETS}unable to retrieve secrets from ssm: service call has been retried 1 "
            "time(s): invalid parameters: /web/token",
            5,
            20,
        ),
    ),
    _incident(
        name="secret-denied",
        summary="the execution role is not allowed to read a secret",
        arm=cannot_start(
            f"{_SECRETS}unable to retrieve secret from asm: AccessDeniedException: User is not "
            "authorized to perform: secretsmanager:GetSecretValue",
            5,
            20,
        ),
    ),
    _incident(
        name="secret-key-missing",
        summary="a secret lacks the key that the task definition names",
        arm=cannot_start(
            f"{_SECRETS}retrieved secret from Secrets Manager did not contain json key password",
            5,
            20,
        ),
    ),
    _incident(
        name="missing-log-group",
        summary="the log group doesn't exist",
        arm=cannot_start(
            "ResourceInitializationError: failed to validate logger args: create stream has been "
            "retried 1 times: failed to create Cloudwatch log stream: ResourceNotFoundException: "
            "The specified log group does not exist.: exit status 1",
            5,
            20,
        ),
    ),
    _incident(
        name="file-system",
        summary="a file system can't be mounted",
        arm=cannot_start(
            "ResourceInitializationError: failed to invoke EFS utils commands to set up EFS "
            "volumes: stderr: Failed to resolve fs-12345678.efs.us-east-1.amazonaws.com",
            60,
            120,
        ),
    ),
)
