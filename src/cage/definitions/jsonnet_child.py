"""A process that renders one Jsonnet file, so an endless program can be killed.

It is run by its path, not imported: it needs nothing from cage. It reads a JSON object with
`path`, `text`, `variables` and `memory_bytes` from its input, to keep the variables' values out
of the machine's process list. It prints an object with `text` or `error`.
"""

import contextlib
import importlib
import json
import sys
from typing import Any


def main() -> None:
    """Render the requested text; a Jsonnet error is a regular result."""
    jsonnet: Any = importlib.import_module("_jsonnet")
    asked = json.loads(sys.stdin.buffer.read())
    _limit(asked["memory_bytes"])
    try:
        text = jsonnet.evaluate_snippet(asked["path"], asked["text"], ext_vars=asked["variables"])
        answer = {"text": text}
    except RuntimeError as error:
        answer = {"error": str(error)}
    sys.stdout.write(json.dumps(answer))


def _limit(memory_bytes: int) -> None:
    """Limit the memory where the system can, and disable core dumps."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        resource: Any = importlib.import_module("resource")
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))


if __name__ == "__main__":
    main()
