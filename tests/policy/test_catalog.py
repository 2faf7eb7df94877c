"""The policy allows what the code calls, and nothing else."""

from __future__ import annotations

import ast
import re

import pytest

from cage.policy.catalog import COMMANDS, FEATURES, FREE, STATEMENTS, calls
from cage.verbs.verb import verbs
from cage.verification import permissions
from tests.policy.called import AWS, SERVICES, calls_something, everywhere, named_with_service

ALLOWED = frozenset().union(*(calls(command) for command in COMMANDS))


OWNERS = {
    "prerequisites.py": "verification",
    "lookups/ssm.py": "ssm",
    "lookups/secretsmanager.py": "secretsmanager",
    "lookups/cfn.py": "cfn",
    "lookups/state_file.py": "tfstate",
}
"""Files whose calls are a feature's own: leaving that out may take nothing from the others."""


def _allowed_for(file: str) -> frozenset[str]:
    """The actions that are allowed for what a file calls."""
    own = OWNERS.get(file)
    return frozenset(
        action
        for statement in STATEMENTS
        if (statement.feature == own if own else statement.feature not in OWNERS.values())
        and not statement.implied
        for action in statement.actions
    )


def test_every_call_of_the_code_is_allowed() -> None:
    missing = [
        f'aws/{file} calls {name}: add "{name}": (<commands>) to a statement '
        f"of feature {OWNERS.get(file) or 'none, or of a flag'!r} in cage/policy/catalog.py"
        for file, names in everywhere().items()
        for name in sorted(names - _allowed_for(file) - FREE)
    ]
    assert missing == []


def test_every_action_that_is_allowed_is_called() -> None:
    called = set().union(*everywhere().values())
    assert sorted(ALLOWED - called) == [], "take them out of cage/policy/catalog.py"


def test_no_file_that_makes_calls_is_overlooked() -> None:
    for path in AWS.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if calls_something(tree):
            known = path.name in SERVICES or named_with_service(tree) or path.name == "reach.py"
            assert known, f"name the service that {path.name} calls in tests/policy/called.py"


def test_the_code_is_read_rightly() -> None:
    found = everywhere()
    assert "ecs:StartTask" in found["ecs.py"]
    assert "elasticloadbalancing:RegisterTargets" in found["elb.py"]
    assert "iam:SimulatePrincipalPolicy" in found["prerequisites.py"]
    assert "ssm:GetParameter" in found["lookups/ssm.py"]
    assert "s3:GetObject" in found["lookups/state_file.py"]


def test_what_verification_asks_iam_about_is_what_the_policy_allows_a_rollout() -> None:
    always = {
        a for s in STATEMENTS if not s.feature for a, c in s.actions.items() if "rollout" in c
    }
    assert {*permissions.ALWAYS, *permissions.BEHIND_A_LOAD_BALANCER} <= always
    lattice = {a for s in STATEMENTS if s.feature == "lattice" for a in s.actions}
    assert set(permissions.BEHIND_VPC_LATTICE) <= lattice


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda s: s.sid)
def test_a_statement_is_one_that_iam_takes(statement: object) -> None:
    from cage.policy.catalog import Statement  # noqa: PLC0415

    assert isinstance(statement, Statement)
    assert re.fullmatch(r"[A-Za-z0-9]+", statement.sid)
    assert statement.feature in {"", *FEATURES}
    assert all(re.fullmatch(r"[a-z0-9-]+:[A-Z][A-Za-z]+", name) for name in statement.actions)
    assert {c for commands in statement.actions.values() for c in commands} <= set(COMMANDS)
    optional = bool(statement.feature) and FEATURES[statement.feature].usual
    assert statement.sid.startswith("Optional") == optional


CALL_NOBODY = {"check", "rehearse", "local", "policy", "schema", "completion", "version", "help"}


def test_every_verb_is_known_to_call_aws_or_nobody() -> None:
    names = {verb.name for verb in verbs()}
    undecided = sorted(names - set(COMMANDS) - CALL_NOBODY)
    assert undecided == [], "add them to COMMANDS in cage/policy/catalog.py, and their stories"
    assert set(COMMANDS) | CALL_NOBODY == names


def test_sids_are_unique() -> None:
    assert len({s.sid for s in STATEMENTS}) == len(STATEMENTS)
