"""Reads a Terraform state: a local file, an object in S3, or an HTTP address."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cage.definitions import LookupFailedError

if TYPE_CHECKING:
    from cage.aws.lookups.reach import Reach

MAX_BYTES = 64 * 1024 * 1024
_VERSION = 4


def read_state(reach: Reach) -> Mapping[str, Any]:
    """Return the state; it is read once.

    Raises:
        LookupFailedError: The state can't be read, or is not a Terraform state.
    """
    location = reach.state
    if not location:
        raise LookupFailedError(
            "no Terraform state is specified", "Pass --tfstate, or set tfstate in cage.json"
        )
    state: Mapping[str, Any] = reach.once(f"state {location}", lambda: _read(reach, location))
    return state


def _read(reach: Reach, location: str) -> Mapping[str, Any]:
    if location.startswith("s3://"):
        content = _from_s3(reach, location)
    elif location.startswith(("http://", "https://")):
        content = _from_http(reach, location)
    else:
        content = _from_file(location)
    if len(content) > MAX_BYTES:
        raise LookupFailedError(f"the state {shown(location)} is larger than {MAX_BYTES} bytes")
    try:
        state = json.loads(content)
    except ValueError:
        # The parser's own message might quote the state, and a state contains secrets.
        raise LookupFailedError(f"the state {shown(location)} is not JSON") from None
    if isinstance(state, dict) and "encrypted_data" in state:
        raise LookupFailedError(f"the state {shown(location)} is encrypted")
    if not isinstance(state, dict) or state.get("version") != _VERSION:
        raise LookupFailedError(
            f"{shown(location)} is not a Terraform state of version {_VERSION}",
            "Use the output of terraform state pull",
        )
    return state


def _from_file(location: str) -> bytes:
    try:
        with Path(location).expanduser().open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise LookupFailedError(f"the state {location} can't be read: {why}") from None


def _from_s3(reach: Reach, location: str) -> bytes:
    bucket, _, key = location.removeprefix("s3://").partition("/")
    if not bucket or not key:
        raise LookupFailedError(
            f"{location} is not the address of an object", "Write s3://bucket/key"
        )
    answer = reach.ask(
        "s3", "get_object", ("NoSuch", f"state {location} not found"), Bucket=bucket, Key=key
    )
    content: bytes = answer["Body"].read(MAX_BYTES + 1)
    return content


def _from_http(reach: Reach, location: str) -> bytes:
    from cage.aws.lookups.http_state import read  # noqa: PLC0415 - heavy, not always needed

    return read(location, shown(location), reach.environ, MAX_BYTES + 1)


def shown(location: str) -> str:
    """Return the location without a user, password or query, which might contain a token."""
    scheme, mark, rest = location.partition("://")
    if not mark:
        return location
    host, slash, path = rest.partition("/")
    return f"{scheme}://{host.rpartition('@')[2]}{slash}{path.partition('?')[0]}"
