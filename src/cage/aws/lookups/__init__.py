"""`${prefix:reference}` in definition files. A new lookup is one file here and one line below."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from cage.aws.lookups.cfn import StackOutput
from cage.aws.lookups.protocol import Reference
from cage.aws.lookups.secretsmanager import SecretValue
from cage.aws.lookups.ssm import Parameter
from cage.aws.lookups.tfstate import StateValue

if TYPE_CHECKING:
    from cage.aws.lookups.reach import Reach
    from cage.definitions import Found, Lookup

CATALOG: Mapping[str, type[Reference]] = {
    "ssm": Parameter,
    "secretsmanager": SecretValue,
    "cfn": StackOutput,
    "tfstate": StateValue,
}


def asking(reach: Reach) -> dict[str, Lookup]:
    """Return the lookups; no calls are made until a reference is found."""

    def make(kind: type[Reference]) -> Lookup:
        return lambda reference: kind.understood(reference).look_up(reach)

    return {prefix: make(kind) for prefix, kind in CATALOG.items()}


def offline() -> dict[str, Lookup]:
    """Return lookups that only check a reference's syntax; its value stays unknown."""

    def make(kind: type[Reference]) -> Lookup:
        def check(reference: str) -> Found | None:
            kind.understood(reference)
            return None

        return check

    return {prefix: make(kind) for prefix, kind in CATALOG.items()}
