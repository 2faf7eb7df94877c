"""ARNs that can't be right."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cage.definitions.rules.rule import SERVICE_FILE, TASK_FILE, Remark, texts, warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cage.model import Shape

_ACCOUNT = re.compile(r"arn:[^:]*:[^:]*:[^:]*:([^:]+):")
_NO_ACCOUNT = {"aws", "aws-managed", "cloudfront"}


def account(service: Shape, task_definition: Shape) -> Iterator[Remark]:
    """The account in an ARN is twelve digits."""
    for top, content in ((SERVICE_FILE, service), (TASK_FILE, task_definition)):
        for path, text in texts(content):
            key = path[-1]
            if not isinstance(key, str) or not key.lower().endswith("arn"):
                continue
            found = _ACCOUNT.match(text)
            if found and found[1] not in _NO_ACCOUNT and not re.fullmatch(r"\d{12}", found[1]):
                message = "the account in this ARN is not 12 digits"
                yield warning(top.at(*path), message, "Put yours in")
