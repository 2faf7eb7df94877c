"""Limits on the size of a definition file.

ECS itself accepts 64 KiB for a task definition (Amazon ECS service quotas, "Task definition
size") and 10 containers in it; these limits only keep a wrong file from costing time.
"""

from __future__ import annotations

MAX_FILE_BYTES = 2 * 1024 * 1024
MAX_YAML_CHARACTERS = 1024 * 1024
MAX_SLOW_YAML_CHARACTERS = 256 * 1024
"""The limit where PyYAML lacks libyaml, and takes ten times as long."""

MAX_JSONNET_S = 5
MAX_JSONNET_BYTES = 1024 * 1024 * 1024
MAX_FILLED_CHARACTERS = 2 * 1024 * 1024
MAX_DEPTH = 64
MAX_VALUES = 60_000
MAX_PLACEHOLDERS = 5_000
MAX_PLACEHOLDER_CHARACTERS = 8 * 1024
MAX_NUMBER_CHARACTERS = 40
MAX_FINDINGS = 200
MAX_NESTED_DEFAULTS = 8
