"""Whose each target of a target group is: the service's own, the canary's, or someone else's.

Several services can share a target group (ELB user guide, "Target groups for your Application
Load Balancers": a target is registered by its address, and the group doesn't say by whom). So the
service's tasks show which targets are its own. Pure: it only remembers and decides.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable, Collection, Mapping

from cage.model.targets import Target, TargetHealth

SETTLED_S = 10.0
"""A target belongs to someone else if no task of the service has its address for this long: ECS's
lists can lag that far behind."""

_OTHERS_S = 60.0
"""How often to look up the targets of others again."""

_LEFT = frozenset({"", "unused", "draining", "unhealthy.draining"})
"""States of a target that was deregistered, or whose registration has not arrived yet."""


@dataclasses.dataclass(slots=True)
class Owners:
    """The owners of the healthy targets of a service's target groups.

    Attributes:
        canaries: The canary's targets.
        entries: How many load balancer entries of the service each target group has, by ARN: a
            task has as many targets there.
    """

    canaries: set[Target] = dataclasses.field(default_factory=set)
    entries: Counter[str] = dataclasses.field(default_factory=Counter)
    _own: dict[str, dict[Target, str]] = dataclasses.field(default_factory=dict)
    _strange_since: dict[str, dict[Target, float]] = dataclasses.field(default_factory=dict)
    _others: dict[str, dict[Target, float]] = dataclasses.field(default_factory=dict)
    _left: dict[Target, float] = dataclasses.field(default_factory=dict)

    def canary_joined(self, target: Target) -> None:
        """Note that the canary has a target, which an earlier one can have left."""
        self.canaries.add(target)
        self._left.pop(target, None)

    def canary_left(self, target: Target, now: float) -> None:
        """Note that the canary no longer has a target; another task can have it from now on.

        Args:
            now: The time, on the clock that `see` and `learn` use.
        """
        self._left.setdefault(target, now)

    def see(
        self, group: str, health: Mapping[Target, TargetHealth], now: float
    ) -> frozenset[Target]:
        """Forget targets that have left the group, and return those whose owner must be looked up.

        These are the healthy ones without an owner, and now and then those of someone else: a
        task of the service can have got the address.
        """
        for target in self._left.keys() & self.canaries:
            state = health[target].state if target in health else ""
            # A read can lag behind; after that a healthy target is another task's.
            if state in _LEFT or now - self._left[target] >= SETTLED_S:
                self.canaries.discard(target)
        here = {t for t, h in health.items() if h.state not in _LEFT}
        own, since = self._own.get(group, {}), self._strange_since.get(group, {})
        self._own[group] = {t: task for t, task in own.items() if t in here}
        self._strange_since[group] = {t: at for t, at in since.items() if t in here}
        others = self._others.get(group, {})
        self._others[group] = others = {t: at for t, at in others.items() if t in here}
        certain = {t for t, at in others.items() if now - at < _OTHERS_S}
        decided = self._own[group].keys() | certain | self.canaries
        return frozenset(t for t, h in health.items() if h.serves) - decided

    def learn(
        self,
        group: str,
        targets: Collection[Target],
        task_of: Callable[[Target], str],
        *,
        now: float,
        certain: bool,
    ) -> None:
        """Decide whose targets these are.

        Args:
            task_of: Returns the task of the service that has a target, by ARN; empty: none.
            now: The time, on one clock.
            certain: Whether each task that serves is listed for certain.
        """
        own, since = self._own.setdefault(group, {}), self._strange_since.setdefault(group, {})
        for target in targets:
            task = task_of(target)
            if task:
                own[target] = task
                self._others.get(group, {}).pop(target, None)
            elif certain or now - since.setdefault(target, now) >= SETTLED_S:
                self._others.setdefault(group, {})[target] = now

    def others(self, group: str) -> frozenset[Target]:
        """Return the targets of a group that are someone else's."""
        return frozenset(self._others.get(group, ()))

    def own(self, group: str, health: Mapping[Target, TargetHealth]) -> frozenset[str]:
        """Return the service's tasks that are healthy in a group, by ARN.

        A task that is registered several times must be healthy each time. A target that isn't
        known to be someone else's counts as the service's, by its own name.
        """
        not_own = self.canaries | self.others(group)
        serving = [t for t, h in health.items() if h.serves and t not in not_own]
        return self._complete(group, serving)

    def canary(self, group: str, health: Mapping[Target, TargetHealth]) -> int:
        """Return 1 if the canary is healthy in a group, or 0."""
        serving = [
            t for t, h in health.items() if h.serves and t in self.canaries - self._left.keys()
        ]
        return len(self._complete(group, serving))

    def _complete(self, group: str, targets: Collection[Target]) -> frozenset[str]:
        own, needed = self._own.get(group, {}), max(1, self.entries[group])
        single = needed == 1
        names = Counter(own.get(t) or (str(t) if single else t.id) for t in targets)
        return frozenset(name for name, count in names.items() if count >= needed)
