"""The page of the IAM actions that cage's commands need."""

from __future__ import annotations

import json
from collections.abc import Iterator

from cage.policy.catalog import COMMANDS, FEATURES, STATEMENTS, Statement
from cage.policy.document import document
from docsite.markdown import code, entry, fenced, page, prose, table


def pages() -> Iterator[tuple[str, str]]:
    """Yield the path and the text of the page."""
    features = (
        (code(name), "yes" if feature.usual else "no", prose(feature.needed_for))
        for name, feature in FEATURES.items()
    )
    usual = {name for name, feature in FEATURES.items() if feature.usual}
    policy = document(COMMANDS, usual)
    yield (
        "reference/permissions.md",
        page(
            "IAM permissions",
            "`cage policy` prints the minimum IAM policy for the commands that you name, or for "
            "all. Each action below names the commands that call it. A test fails if the calls "
            "and this table differ.",
            "A Sid that begins with `Optional` marks a statement that you can leave out. cage then "
            "checks less, or shows no log lines.",
            "## Features",
            "`--with NAME` adds a feature to the policy, `--without NAME` leaves it out.",
            table(("Feature", "By default", "Needed for"), features),
            "## Actions",
            *(entry(code(s.sid), *_statement(s)) for s in STATEMENTS),
            "## The policy for all commands",
            "This is the output of `cage policy` without options.",
            fenced("json", json.dumps(policy, indent=2)),
        ),
    )


def _statement(statement: Statement) -> Iterator[str]:
    if statement.feature:
        yield f"Feature: {code(statement.feature)}."
    for action, needed_by in statement.actions.items():
        yield f"{code(action)}: {', '.join(needed_by)}"
