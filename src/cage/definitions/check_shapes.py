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

_LOGS = structure(
    "LogsCheck",
    "What a container of the canary must log by the awslogs driver, and what it must not.",
    {
        "must": listed(
            "Regular expressions; each must be found in a line.", text("A regular expression.")
        ),
        "must_not": listed(
            "Regular expressions; none may be found in any line, until the promotion.",
            text("A regular expression."),
        ),
        "container": text(
            "Whose log; else that of the load balancer's container, or the first essential one."
        ),
        "timeout": number("Seconds that `must` is waited for; else 300.", minimum=1),
    },
)

_METRIC: Mapping[str, AwsShape] = {
    "namespace": text("The metric's namespace, as AWS/ECS."),
    "metric": text("The metric's name."),
    "dimensions": mapped(
        "The metric's dimensions: all that it has. Values may hold {task_id}, {task_arn}, "
        "{service}, {cluster}, {family}, {revision}, {region} and {target_group}.",
        text("A dimension's value."),
    ),
    "statistic": text("As CloudWatch writes it: Average, Sum, p99; else Average."),
}

_METRICS = structure(
    "MetricsCheck",
    "A CloudWatch metric, or an expression over some, and what each datapoint must be.",
    {
        **_METRIC,
        "expression": text("Metric math over `metrics`, or a Metrics Insights query."),
        "metrics": mapped(
            "The metrics of the expression, by the name that it calls them.",
            structure("Metric", "A metric.", _METRIC, required=("namespace", "metric")),
        ),
        "comparison": text(
            "How every datapoint must compare with the threshold.", enum=("<", "<=", ">", ">=")
        ),
        "threshold": number("The threshold."),
        "datapoints": whole("How many periods must have a datapoint; else 3.", minimum=1),
        "period": whole("Seconds of a period; else 60.", minimum=1),
        "timeout": number(
            "Seconds that datapoints are waited for; else until they should be there, and 180.",
            minimum=1,
        ),
    },
    required=("comparison", "threshold"),
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
    "logs": listed("What the canary must log, and what it must not.", _LOGS),
    "metrics": listed("CloudWatch metrics of the canary or the service.", _METRICS),
}

CHECKS = structure("Checks", "What is asked before the promotion, and after it.", _MEMBERS)
