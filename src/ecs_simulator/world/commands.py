"""How a container ends, by its command. Images aren't run: only simple commands are known."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from typing import Any

_SHELLS = frozenset({"ash", "bash", "dash", "sh"})
_ENDS = {"false": 1, "true": 0}
_EXIT = re.compile(r"exit\s+(\d{1,3})")


def exit_code(container: Mapping[str, Any]) -> int | None:
    """Return the code that a container ends with as soon as it runs; None: it keeps running.

    Known are `true`, `false` and, in a shell, `exit N`, optionally after BusyBox. Any other
    command is assumed to be an application that keeps running.
    """
    entry, command = container.get("entryPoint") or [], container.get("command") or []
    words = [str(word) for word in (*entry, *command)]
    if words:
        words[0] = posixpath.basename(words[0])
    if words[:1] == ["busybox"] and len(words) > 1:
        words = [posixpath.basename(words[1]), *words[2:]]
    if words[:1] and words[0] in _SHELLS and words[1:2] == ["-c"] and len(words) > 2:  # noqa: PLR2004  the script
        script = words[2].strip()
        left = _EXIT.fullmatch(script)
        return int(left[1]) % 256 if left else _ENDS.get(script)
    return _ENDS.get(words[0]) if len(words) == 1 else None
