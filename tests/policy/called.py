"""The API operations that the code of `cage.aws` calls, read from its source."""

from __future__ import annotations

import ast
from pathlib import Path

import botocore.session
from botocore import xform_name

from cage.policy.catalog import action

AWS = Path(__file__).resolve().parents[2] / "src" / "cage" / "aws"

SERVICES = {
    "ecs.py": ("ecs",),
    "elb.py": ("elbv2",),
    "lattice.py": ("vpc-lattice",),
    "listeners.py": ("elbv2", "vpc-lattice"),
    "cloudwatch.py": ("cloudwatch",),
    "logs.py": ("logs",),
    "lock.py": ("ssm",),
}
"""botocore's services whose operations a file names; others name the service with each call."""

CLIENTS = frozenset({"_ask", "ask"})
"""Functions whose first argument is the service, and whose second is the operation."""


def operations(service: str) -> dict[str, str]:
    """The operations of a service, by botocore's names for them, as `run_task`."""
    names = botocore.session.Session().get_service_model(service).operation_names
    return {xform_name(name): name for name in names}


def texts(tree: ast.AST) -> set[str]:
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def named_with_service(tree: ast.AST) -> set[tuple[str, str]]:
    found = set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        given = [str(a.value) for a in node.args[:2] if isinstance(a, ast.Constant)]
        if node.func.attr in CLIENTS and len(given) == 2:
            found.add((given[0], given[1]))
    return found


def calls_something(tree: ast.AST) -> bool:
    """Whether a file makes calls through a `Caller`, or clients of its own."""
    names = {n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute)}
    return "_call" in names


def of_file(path: Path) -> set[str]:
    """The IAM actions of the operations that a file calls."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = {
        action(service, operations(service)[operation])
        for service, operation in named_with_service(tree)
    }
    for service in SERVICES.get(path.name, ()):
        known = operations(service)
        found |= {action(service, known[text]) for text in texts(tree) & known.keys()}
    return found


def everywhere() -> dict[str, set[str]]:
    """The IAM actions by file, of all files of `cage.aws`."""
    return {str(p.relative_to(AWS)): of_file(p) for p in sorted(AWS.rglob("*.py"))}
