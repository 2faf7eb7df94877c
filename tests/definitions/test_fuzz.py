"""Broken files of every kind: each gets findings with places, or a valid request."""

from __future__ import annotations

import codecs
import importlib
import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cage.definitions import Severity

from .folder import SERVICE, TASK_DEFINITION, Folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from random import Random

    from cage.aws.shapes import EcsShapes

yaml: Any = importlib.import_module("yaml")  # ships no types
_INPUTS = 1260
"""How many inputs each test makes; four of them make more than 5,000."""

_MANY = settings(
    max_examples=_INPUTS,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
_NAMES = {"service": SERVICE, "task-definition": TASK_DEFINITION}
_YAML: dict[str, str] = {
    name: yaml.safe_dump(json.loads(json.dumps(good)), sort_keys=False)
    for name, good in _NAMES.items()
}
_ODD = [
    *("${", "}", "${A}", "$${A}", "${A:-", "${{ x }}", "{{", "}}", "//", "/*", "*/", "#", "<a>"),
    *('"', "'", "\\", "\\u", "\\ud800", ",", ":", "[", "]", "{", "-", "- ", "\n", "\r", "\t"),
    *("0", "-1", "1e9", "1E999", "NaN", "null", "true", "yes", "~", "&a", "*a", "!x", "<<: "),
    *("\x00", "\ufeff", "\ue000", "\ue001", "é", "💥", " ", "\u2028", "---", "...", "? ", "|\n"),
]
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_ENCODERS: list[Callable[[str], bytes]] = [
    lambda text: text.encode(),
    lambda text: codecs.BOM_UTF8 + text.encode(),
    lambda text: codecs.BOM_UTF16_LE + text.encode("utf-16-le"),
    lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be"),
    lambda text: text.encode("utf-16-le"),
    lambda text: text.encode("utf-32"),
    lambda text: text.encode("latin-1", errors="replace"),
    lambda text: text.replace("\n", "\r\n").encode(),
]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, shapes: EcsShapes) -> Folder:
    folder = Folder(tmp_path_factory.mktemp("fuzz"), shapes)
    folder.environ = {"A": "x", "B": "", "C": "${A}"}
    return folder


@pytest.fixture(autouse=True)
def counted(
    shared: Folder, request: pytest.FixtureRequest, record_property: Callable[[str, object], None]
) -> Iterator[None]:
    """Tell how many inputs a test has tried; the run's last lines sum them up."""
    before = _JUDGED[shared]
    yield
    count = _JUDGED[shared] - before
    record_property("fuzzed", count)
    if hasattr(request.function, "hypothesis") and not request.session.testsfailed:
        assert count >= _INPUTS


_JUDGED: Counter[Folder] = Counter()


def _judge(folder: Folder, name: str, content: bytes, suffix: str = ".json") -> None:
    """Read the content beside a good file, and look at what is said of it."""
    for stem, good in _NAMES.items():
        for known in (".json", ".yaml"):
            (folder.path / (stem + known)).unlink(missing_ok=True)
        if stem == name:
            folder.write(stem + suffix, content)
        else:
            folder.write(stem + ".json", dict(good))
    _JUDGED[folder] += 1
    definitions, findings = folder.inspect()
    errors = [one for one in findings if one.severity is Severity.ERROR]
    assert (definitions is None) == bool(errors)
    for finding in findings:
        assert finding.message
        assert "\n" not in str(finding)
        assert not finding.message.endswith(".")
        assert finding.place is not None
        assert finding.place.line >= 1
        assert finding.place.column >= 1
        if finding.place.file == name + suffix:
            assert finding.place.line <= content.count(b"\n") + content.count(b"\r") + 1
    if definitions is not None and not findings and b"$" not in content and suffix == ".json":
        sent = definitions.service if name == "service" else definitions.task_definition
        text = content.decode("utf-16" if content[:2] in _UTF16_MARKS else "utf-8-sig")
        assert sent == json.loads(text)


def _cut(text: str, random: Random) -> str:
    """Return the text with one stretch replaced."""
    start = random.randint(0, len(text))
    end = min(len(text), start + random.choice([0, 0, 1, 1, 2, 5, 20]))
    return text[:start] + random.choice(_ODD) + text[end:]


def _cut_bytes(content: bytes, random: Random) -> bytes:
    start = random.randint(0, len(content))
    end = min(len(content), start + random.randint(0, 3))
    return content[:start] + random.randbytes(random.randint(0, 3)) + content[end:]


def _anything(random: Random, depth: int = 0) -> Any:
    match random.randint(0, 9):
        case 0:
            return None
        case 1:
            return random.random() < 0.5
        case 2:
            return random.choice([0, 1, -1, 80, 65_536, 2**31, 10**30, 0.5, 1e300, float("nan")])
        case 3 if depth < 3:
            return [_anything(random, depth + 1) for _ in range(random.randint(0, 3))]
        case 4 if depth < 3:
            return {random.choice(_ODD): _anything(random, depth + 1) for _ in range(2)}
        case _:
            return random.choice(_ODD) + random.choice(["", "x", "é"])


def _twisted(value: Any, random: Random) -> Any:
    """Return the tree with one part replaced, removed, doubled or renamed."""
    if not isinstance(value, dict | list) or not value or random.random() < 0.15:
        return _anything(random)
    copy: Any = dict(value) if isinstance(value, dict) else list(value)
    step = random.choice(list(copy) if isinstance(copy, dict) else range(len(copy)))
    match random.randint(0, 9):
        case 0:
            del copy[step]
        case 1 if isinstance(copy, list):
            copy.append(copy[step])
        case 1:
            copy[random.choice([step.lower(), step + "s", "", "x y"])] = copy.pop(step)
        case _:
            copy[step] = _twisted(copy[step], random)
    return copy


@_MANY
@given(st.sampled_from(list(_NAMES)), st.randoms(use_true_random=False))
def test_texts_with_stretches_replaced(shared: Folder, name: str, random: Random) -> None:
    text = json.dumps(_NAMES[name], indent=1)
    for _ in range(random.randint(1, 3)):
        text = _cut(text, random)
    _judge(shared, name, text.encode("utf-8", errors="replace"))


@_MANY
@given(st.sampled_from(list(_NAMES)), st.randoms(use_true_random=False))
def test_bytes_replaced_in_every_encoding(shared: Folder, name: str, random: Random) -> None:
    content = random.choice(_ENCODERS)(json.dumps(_NAMES[name], indent=1))
    for _ in range(random.randint(0, 2)):
        content = _cut_bytes(content, random)
    _judge(shared, name, content)


@_MANY
@given(st.sampled_from(list(_NAMES)), st.randoms(use_true_random=False))
def test_structures_and_types_twisted(shared: Folder, name: str, random: Random) -> None:
    content: Any = _NAMES[name]
    for _ in range(random.randint(1, 4)):
        content = _twisted(content, random)
    text = json.dumps(content, indent=1, ensure_ascii=random.random() < 0.5)
    _judge(shared, name, text.encode("utf-8", errors="replace"))


@_MANY
@given(st.sampled_from(list(_NAMES)), st.randoms(use_true_random=False))
def test_yaml_with_stretches_replaced(shared: Folder, name: str, random: Random) -> None:
    text = _YAML[name]
    for _ in range(random.randint(1, 3)):
        text = _cut(text, random)
    _judge(shared, name, text.encode("utf-8", errors="replace"), ".yaml")


@pytest.mark.parametrize("name", list(_NAMES))
def test_files_that_end_too_early(shared: Folder, name: str) -> None:
    content = json.dumps(_NAMES[name]).encode()
    for length in range(0, len(content), 3):
        _judge(shared, name, content[:length])
