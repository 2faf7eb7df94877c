"""A wrong file costs neither time nor memory, whatever is in it."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .folder import Folder

_MIB = 1024 * 1024
_PATIENCE_S = 4.0  # about one second is meant; a busy machine gets more


def _task(**container: Any) -> str:
    whole = {"family": "a", "memory": "512", "containerDefinitions": [{"name": "a", **container}]}
    return json.dumps(whole, indent=1)


_LARGE = {
    "many variables": _task(
        image="b", environment=[{"name": f"N{n}", "value": "x" * 20} for n in range(15_000)]
    ),
    "one long text": _task(image="x" * _MIB),
    "escapes": _task(image="\n" * (_MIB // 2)),
    "unknown keys": json.dumps({f"famil{n}": n for n in range(50_000)}),
    "dense list": "[" + "1," * (_MIB // 2) + "1]",
    "nulls": _task(command=[None] * 50_000),
    "blanks": _task(image="{{ <a $a_ %a" * (_MIB // 12)),
    "words": _task(image="YOUR_xxxxxxx" * (_MIB // 12)),
    "backslashes": '{"a": "' + "\\" * _MIB,
    "quotes": '"' * _MIB,
    "open comments": "/*" * (_MIB // 2),
    "lines": "\n" * _MIB,
    "braces": "{{\n" * (_MIB // 3),
    "missing commas": "[" + "1 " * (_MIB // 2) + "]",
    "placeholders": '{"a": "' + "${A}" * (_MIB // 4) + '"}',
    "bare placeholders": "[" + "${A}," * (_MIB // 5) + "1]",
    "other placeholders": '{"a": "' + "".join(f"${{B{n}}}" for n in range(100_000)) + '"}',
    "open placeholders": '{"a": "' + "${" * (_MIB // 2) + '"}',
    "nested defaults": '{"a": "' + "${B:-" * (_MIB // 6) + "}" * (_MIB // 6) + '"}',
    "containers": json.dumps(
        {
            "family": "a",
            "containerDefinitions": [
                {"name": f"c{n}", "dependsOn": [{"containerName": f"d{n}", "condition": "START"}]}
                for n in range(8_000)
            ],
        }
    ),
}


@pytest.mark.parametrize("kind", list(_LARGE))
def test_a_mebibyte_of_anything_is_answered_soon(folder: Folder, kind: str) -> None:
    folder.environ = {"A": "x" * 100}
    folder.write("task-definition.json", _LARGE[kind])
    began_s = time.perf_counter()
    errors = folder.errors()
    assert time.perf_counter() - began_s < _PATIENCE_S
    assert 1 <= len(errors) <= 200
    assert all(len(error) < 1000 for error in errors)


def test_very_many_findings_are_counted_and_not_all_shown(folder: Folder) -> None:
    folder.write(
        "task-definition.json", '{"a": "' + "".join(f"${{B{n}}}" for n in range(900)) + '"}'
    )
    _, findings = folder.inspect()
    assert len(findings) == 201
    assert "more findings, which are not shown" in str(findings[-1])
