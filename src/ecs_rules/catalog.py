"""The rules, found by their files."""

from __future__ import annotations

import dataclasses
import functools
import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias, TypeVar

import ecs_rules
from ecs_rules.breach import Breach
from ecs_rules.request import Shape

Check: TypeAlias = Callable[[Shape, Shape], Iterable[Breach]]
C = TypeVar("C", bound=Check)

_found: list[Rule] = []


@dataclasses.dataclass(frozen=True, slots=True)
class Rule:
    """A rule.

    Attributes:
        name: Its file and its function, such as `ports.host_ports`.
        check: Yields the parts of a service and of a task definition that break the rule.
        refused_by: The operations that refuse a request that breaks the rule.
    """

    name: str
    check: Check
    refused_by: frozenset[str]


def rule(*refused_by: str) -> Callable[[C], C]:
    """Declare a function as a rule.

    Args:
        refused_by: The operations that refuse what breaks the rule, such as `CreateService`. If
            empty, no operation is known to refuse it before a task starts.
    """

    def declare(check: C) -> C:
        name = f"{check.__module__.rpartition('.')[2]}.{check.__name__}"
        _found.append(Rule(name, check, frozenset(refused_by)))
        return check

    return declare


@functools.cache
def catalog() -> tuple[Rule, ...]:
    """Return all rules, by file, and in each file's order."""
    for module in sorted(m.name for m in pkgutil.iter_modules(ecs_rules.__path__)):
        importlib.import_module(f"ecs_rules.{module}")
    return tuple(sorted(_found, key=lambda one: one.name.partition(".")[0]))


@functools.cache
def _of(operation: str) -> tuple[Rule, ...]:
    return tuple(one for one in catalog() if operation in one.refused_by)


def breaches(operation: str, service: Shape, task_definition: Shape) -> Iterator[Breach]:
    """Yield why ECS refuses a call of an operation.

    Args:
        operation: The operation, such as `CreateService`.
        service: The service, or the parameters of RunTask or StartTask; empty for none.
        task_definition: The task definition; empty for none.
    """
    for one in _of(operation):
        yield from one.check(service, task_definition)
