"""The new revision's image can't be pulled.

Source: ECS developer guide, "CannotPullContainer task errors in Amazon ECS"; ECS retries for
about two minutes.
"""

from __future__ import annotations

import functools

from cage.rehearsal.incidents.effects import cannot_start
from cage.rehearsal.incidents.incident import ABORTED, Incident

_incident = functools.partial(Incident, family="image", right=ABORTED, order=1)
_NEVER = "no task of this revision can ever start"

INCIDENTS = (
    _incident(
        name="bad-image",
        summary="the new revision's image can't be pulled",
        why=_NEVER,
        arm=cannot_start(
            "CannotPullContainerError: pull image manifest has been retried 5 time(s): "
            "failed to resolve ref IMAGE: not found",
            90,
            130,
        ),
    ),
    _incident(
        name="image-denied",
        summary="the registry denies the pull",
        why=_NEVER,
        arm=cannot_start(
            "CannotPullContainerError: pull access denied for IMAGE, repository does not exist or "
            "may require 'docker login': denied: requested access to the resource is denied",
            5,
            20,
        ),
    ),
    _incident(
        name="image-architecture",
        summary="the image has no variant for the task's architecture",
        why=_NEVER,
        arm=cannot_start(
            "CannotPullContainerError: image Manifest does not contain descriptor matching "
            "platform 'linux/amd64'",
            5,
            20,
        ),
    ),
    _incident(
        name="image-disk-full",
        summary="the image is larger than the task's disk",
        why=_NEVER,
        arm=cannot_start(
            "CannotPullContainerError: failed to register layer: write /usr/lib/model.bin: no "
            "space left on device",
            60,
            120,
        ),
    ),
    _incident(
        name="registry-rate-limit",
        summary="the registry limits how often images can be pulled",
        why="the service's own tasks would fail too",
        arm=cannot_start(
            "CannotPullContainerError: inspect image has been retried 1 time(s): httpReadSeeker: "
            "failed open: unexpected status code 429 Too Many Requests - Server message: "
            "toomanyrequests: You have reached your pull rate limit",
            20,
            60,
        ),
    ),
)
