"""A wrong file costs neither time nor memory, whatever is in it."""

from __future__ import annotations

import importlib
import json
import time
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .folder import Folder

_MIB = 1024 * 1024
_PATIENCE_S = 15.0  # of processor time: one is usual, and what grows without bound takes minutes


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
    began_s = time.process_time()
    errors = folder.errors()
    assert time.process_time() - began_s < _PATIENCE_S
    assert 1 <= len(errors) <= 200
    assert all(len(error) < 1000 for error in errors)


_BOMB = "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9) if before else 'x'}]\n"
    for before, name in zip(("", *"abcdefgh"), "abcdefghi", strict=True)
)
_MERGES = "k0: &k0 {x: 1}\n" + "".join(
    f"k{n}: &k{n} {{<<: [*k{n - 1}, *k{n - 1}], y{n}: 1}}\n" for n in range(1, 2_000)
)
_LARGE_YAML = {
    "billion laughs": (_BOMB, "contains more than 60000 values"),
    "laughing merges": (_MERGES, "contains more than 60000 values"),
    "deep flow": ("[" * 100_000, "is nested deeper than 64 levels"),
    "deep objects": ("{a: " * 250_000, "is nested deeper than 64 levels"),
    "deep list": ("- " * 50_000 + "x", "is nested deeper than 64 levels"),
    "deep block": ("".join(" " * n + "a:\n" for n in range(600)), "nested deeper than 64 levels"),
    "long list": ("- a\n" * 61_000, "contains more than 60000 values"),
    "comments of another language": ("/* */ " * 40_000 + "a: b: c", "this is not YAML"),
    "texts": (("- " + "x" * 60 + "\n") * 16_000, "the file contains a list"),
    "placeholders": ("- ${A}\n" * 100_000, "contains more than 5000 placeholders"),
    "more than a mebibyte": ("# x\n" * (_MIB // 4 + 1), "is larger than 1024 KiB of YAML"),
}


@pytest.mark.parametrize("kind", list(_LARGE_YAML))
def test_yaml_that_is_deep_huge_or_laughs_meets_a_limit_soon(folder: Folder, kind: str) -> None:
    text, words = _LARGE_YAML[kind]
    folder.environ = {"A": "x"}
    folder.remove("task-definition.json").write("task-definition.yaml", text)
    began_s = time.process_time()
    (error,) = folder.errors()
    assert time.process_time() - began_s < _PATIENCE_S
    assert words in error


def test_very_many_findings_are_counted_and_not_all_shown(folder: Folder) -> None:
    folder.write(
        "task-definition.json", '{"a": "' + "".join(f"${{B{n}}}" for n in range(900)) + '"}'
    )
    _, findings = folder.inspect()
    assert len(findings) == 201
    assert "only the first 200 findings are shown" in str(findings[-1])


def test_a_number_that_is_too_long_is_told_once(folder: Folder) -> None:
    health = {"command": ["CMD", "true"], "interval": int("7" * 60)}
    errors = folder.write("task-definition.json", _task(image="b", healthCheck=health)).errors()
    assert sum("the number is longer than ECS accepts" in one for one in errors) == 1
    assert not any("interval" in one for one in errors)


def test_where_yaml_is_slow_less_of_it_is_read(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    yaml = importlib.import_module("yaml")
    monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    folder.remove("task-definition.json").write("task-definition.yaml", "# x\n" * (_MIB // 8))
    (error,) = folder.errors()
    assert "is larger than 256 KiB of YAML" in error
    folder.write("task-definition.yaml", "[" * 200_000)
    (error,) = folder.errors()
    assert "is nested deeper than 64 levels" in error
