"""A process that renders one Jsonnet file, so that a program without an end can be ended.

It is run by its path, not imported: it needs nothing of cage. It reads a JSON object with
`path`, `text`, `variables` and `memory_bytes` from its input, so that no variable's value is
seen among the machine's processes, and prints one with `text` or `error`.
"""

import contextlib
import importlib
import json
import sys
from typing import Any


def main() -> None:
    """Render what is asked for; a Jsonnet error is an answer."""
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
    """Bound the memory where the system can, and leave no dump of it."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        resource: Any = importlib.import_module("resource")
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))


if __name__ == "__main__":
    main()
