"""What `checks` in `cage.json` may say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cage.definitions.own_shapes import (
    listed,
    mapped,
    number,
    structure,
    text,
    truth,
    whole,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cage.definitions.shapes import AwsShape

_HTTP = structure(
    "HttpCheck",
    "Requests to the canary's own address, before it may enter a target group.",
    {
        "path": text("The path, with its query."),
        "port": whole("The port; else the load balancer's, or the first that is mapped."),
        "method": text("The method; else GET."),
        "headers": mapped("Headers; they are never shown.", text("A header's value.")),
        "tls": truth("Whether to use HTTPS; certificates aren't verified."),
        "status": text("The codes that are good, as 200 or 200-299,301; else 200-299."),
        "body": text("A regular expression that must be found in the body's first 64 KiB."),
        "requests": whole("How many requests, one after the other; else 1.", minimum=1),
        "percentile": number("Which answer `within` is about, in per cent; else 95.", minimum=1),
        "within": number("Seconds that the answer at that percentile may take.", minimum=0),
        "timeout": number("Seconds that a request may take; else 5."),
        "tries": whole("How often all of it is asked before it counts as failed; else 10."),
    },
)

_COMMAND = structure(
    "CommandCheck",
    "A program that calls the canary good by exiting with 0.",
    {
        "run": listed("The program and its arguments; no shell is in between.", text("A word.")),
        "timeout": number("Seconds that it may take; else 300.", minimum=1),
    },
    required=("run",),
)

_APPROVE = structure(
    "Approve",
    "Wait for somebody's decision before the promotion.",
    {
        "timeout": number("Seconds to wait for the decision; else 1800.", minimum=1),
        "file": text("A file that decides once it appears, by `promote` or `abort` in it."),
    },
)

_MEMBERS: Mapping[str, AwsShape] = {
    "bake": number("Seconds for which every check must hold before the promotion.", minimum=0),
    "bake_after": number(
        "Seconds for which the service must stay well after its deployment is proven.", minimum=0
    ),
    "alarms": listed(
        "CloudWatch alarms that must not ring from the start until the end.",
        text("An alarm's name."),
    ),
    "approve": _APPROVE,
    "http": listed("Requests to the canary's own address.", _HTTP),
    "command": listed("Programs that look at the canary.", _COMMAND),
}

CHECKS = structure("Checks", "What is asked before the promotion, and after it.", _MEMBERS)
