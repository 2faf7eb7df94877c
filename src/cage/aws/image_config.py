"""Reading an image's configuration out of ECR: it tells the architecture that it is built for.

A single image's manifest names no platform; its configuration does (OCI image specification,
"Image Configuration"). ECR gives it out as it does layers, by a pre-signed URL (ECR API
reference, GetDownloadUrlForLayer).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeAlias

from botocore.awsrequest import AWSRequest
from botocore.exceptions import BotoCoreError, HTTPClientError
from botocore.httpsession import URLLib3Session
from botocore.utils import get_environ_proxies

from cage.model.base import Shape

Fetch: TypeAlias = Callable[[str], bytes | None]
"""Gets what is behind a URL; None if it can't be had."""

LARGEST_BYTES = 4 * 1024 * 1024
"""Registries take manifests of this size at most (OCI distribution specification); no
configuration of an image comes near it."""

_TIMEOUT_S = 5.0
_OK = 200
_KINDS = frozenset(
    {
        "application/vnd.oci.image.config.v1+json",
        "application/vnd.docker.container.image.v1+json",
    }
)


def fetch(url: str) -> bytes | None:
    """Get what is behind a URL, through the proxy that the environment names."""
    try:
        session = URLLib3Session(timeout=_TIMEOUT_S, proxies=get_environ_proxies(url))
        answer = session.send(AWSRequest("GET", url).prepare())
    except (BotoCoreError, HTTPClientError):
        return None
    content: bytes = answer.content
    return content if answer.status_code == _OK else None


def digest_of(manifest: Shape) -> str | None:
    """Return the digest of an image's configuration; None if the manifest is of none."""
    config: Shape = manifest.get("config") or {}
    fits = config.get("mediaType") in _KINDS and int(config.get("size") or 0) <= LARGEST_BYTES
    return str(config["digest"]) if fits and config.get("digest") else None


def architecture(content: bytes | None) -> frozenset[str]:
    """Return the architecture that a configuration tells; empty if it tells none."""
    try:
        config: Any = json.loads(content or b"{}")
    except ValueError:
        return frozenset()
    told = config.get("architecture") if isinstance(config, dict) else None
    return frozenset({told}) if isinstance(told, str) and told else frozenset()
