"""The closed union of all events."""

from __future__ import annotations

from typing import TypeAlias

from cage.events.canary import CanaryEvent
from cage.events.deployment import DeploymentEvent
from cage.events.story import StoryEvent

Event: TypeAlias = StoryEvent | CanaryEvent | DeploymentEvent
