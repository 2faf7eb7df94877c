"""The closed union of all events."""

from __future__ import annotations

from typing import TypeAlias

from cage.model.events.canary import CanaryEvent
from cage.model.events.deployment import DeploymentEvent
from cage.model.events.story import StoryEvent

Event: TypeAlias = StoryEvent | CanaryEvent | DeploymentEvent
