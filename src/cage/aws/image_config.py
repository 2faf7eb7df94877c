"""Reads an image's configuration from ECR to find the architecture that it is built for.

A single image's manifest doesn't specify a platform; its configuration does (OCI image
specification, "Image Configuration"). ECR serves the configuration like a layer, by a presigned
URL (ECR API reference, GetDownloadUrlForLayer).
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
"""Downloads a URL; returns None if that fails."""

LARGEST_BYTES = 4 * 1024 * 1024
"""The largest manifest that registries accept (OCI distribution specification). Image
configurations are far smaller."""

_TIMEOUT_S = 5.0
_OK = 200
_KINDS = frozenset(
    {
        "application/vnd.oci.image.config.v1+json",
        "application/vnd.docker.container.image.v1+json",
    }
)


def fetch(url: str) -> bytes | None:
    """Download a URL, through the proxy that the environment specifies."""
    try:
        session = URLLib3Session(timeout=_TIMEOUT_S, proxies=get_environ_proxies(url))
        answer = session.send(AWSRequest("GET", url).prepare())
    except (BotoCoreError, HTTPClientError):
        return None
    content: bytes = answer.content
    return content if answer.status_code == _OK else None


def digest_of(manifest: Shape) -> str | None:
    """Return the digest of an image's configuration; None if the manifest doesn't have one."""
    config: Shape = manifest.get("config") or {}
    fits = config.get("mediaType") in _KINDS and int(config.get("size") or 0) <= LARGEST_BYTES
    return str(config["digest"]) if fits and config.get("digest") else None


def architecture(content: bytes | None) -> frozenset[str]:
    """Return the architecture that a configuration specifies; empty if it specifies none."""
    try:
        config: Any = json.loads(content or b"{}")
    except ValueError:
        return frozenset()
    told = config.get("architecture") if isinstance(config, dict) else None
    return frozenset({told}) if isinstance(told, str) and told else frozenset()
