"""What must hold of every file: sent as written, read as meant, and nothing given away."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cage.aws.shapes import EcsShapes
from cage.definitions import Found, inspect_directory
from cage.definitions.findings import Severity, plain
from cage.definitions.json_reader import parse_json
from cage.definitions.kinds import SERVICE as SERVICE_KIND
from cage.definitions.kinds import TASK_DEFINITION as TASK_KIND
from cage.definitions.kinds import WRAPPERS
from cage.definitions.source import Source
from cage.definitions.validation import CheckedFile, check
from cage.masking.mask import redacted

from .folder import SERVICE, TASK_DEFINITION

if TYPE_CHECKING:
    from random import Random

    from cage.definitions import AwsShape, Lookup
    from cage.definitions.kinds import FileKind

    from .folder import Folder

_SHAPES = EcsShapes()
_TEXT = st.text(
    st.characters(codec="utf-8", exclude_characters="$", exclude_categories=["Cc", "Cs"]),
    min_size=1,
    max_size=12,
)
_QUIET = settings(
    max_examples=100,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def _requests(shape: AwsShape) -> st.SearchStrategy[Any]:
    """Return what the model allows; every optional member may be there or not."""
    if shape.is_document:
        return st.just({"any": [1, None, {"b": ""}]})
    if shape.kind == "structure":
        members = {key: _requests(member) for key, member in shape.members.items()}
        needed = {key: members.pop(key) for key in sorted(_needed(shape))}
        return st.fixed_dictionaries(needed, optional=members)
    if shape.kind == "list":
        return st.lists(_requests(shape.element), min_size=1, max_size=2)
    if shape.kind == "map":
        return st.dictionaries(_TEXT, _requests(shape.element), max_size=2)
    if shape.pattern:
        return st.text("aZ0é _.:/=+-@", min_size=1, max_size=12)
    if shape.enum:
        return st.sampled_from(list(shape.enum))
    least = 1 if shape.minimum is None else max(shape.minimum, 1)
    return {
        "boolean": st.booleans(),
        "integer": st.integers(least, shape.maximum or 60_000),
        "double": st.floats(0, 100),
    }.get(shape.kind, _TEXT)


def _needed(shape: AwsShape) -> set[str]:
    common = {"name", "image", "key", "type", "value", "containerName", "containerPort"}
    common |= {"registryArn", "namespace", "awsvpcConfiguration", "sourceVolume"}
    common |= {"sourceContainer", "containerPath"}
    return (common | set(shape.required)) & set(shape.members)


def _checked(kind: FileKind, content: Any, environ: dict[str, str]) -> CheckedFile:
    source = Source("x.json", json.dumps(content, ensure_ascii=False))
    parsed = parse_json(source, environ, {})
    assert parsed.root is not None
    return check(source, parsed.root, kind.shape(_SHAPES), kind.read_only(_SHAPES))


@_QUIET
@given(_requests(SERVICE_KIND.shape(_SHAPES)))
def test_a_service_that_the_model_allows_is_sent_key_for_key(content: Any) -> None:
    checked = _checked(SERVICE_KIND, content, {})
    assert checked.findings == []
    assert plain(checked.parameters) == content


@_QUIET
@given(_requests(TASK_KIND.shape(_SHAPES)))
def test_a_task_definition_that_the_model_allows_is_sent_key_for_key(content: Any) -> None:
    checked = _checked(TASK_KIND, content, {})
    assert checked.findings == []
    assert plain(checked.parameters) == content


def _with_variables(value: Any, environ: dict[str, str], chosen: Any) -> Any:
    """Move some of the texts and keys of a request into variables."""
    if isinstance(value, dict):
        return {key: _with_variables(item, environ, chosen) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_variables(item, environ, chosen) for item in value]
    if isinstance(value, str) and chosen():
        name = f"V{len(environ)}"
        environ[name] = value[1:]
        return f"{value[:1]}${{{name}}}"
    return value


_KINDS = st.sampled_from([SERVICE_KIND, TASK_KIND])
_FILES = _KINDS.flatmap(lambda kind: st.tuples(st.just(kind), _requests(kind.shape(_SHAPES))))


@_QUIET
@given(_FILES, st.randoms(use_true_random=False))
def test_a_request_with_variables_is_the_request_with_their_values(
    file: tuple[FileKind, Any], random: Any
) -> None:
    kind, content = file
    environ: dict[str, str] = {}
    written = _with_variables(content, environ, lambda: random.random() < 0.3)
    checked = _checked(kind, written, environ)
    assert plain(checked.parameters) == content


@_QUIET
@given(_FILES, st.randoms(use_true_random=False))
def test_what_a_description_adds_is_left_out_with_a_warning_and_nothing_else_is(
    folder: Folder, file: tuple[FileKind, Any], random: Random
) -> None:
    """Put in read-only keys, nulls and a wrapper; then read the file as every command does."""
    kind, content = file
    shape = kind.shape(_SHAPES)
    read_only = sorted(kind.read_only(_SHAPES) - {"clusterArn"})
    described = _with_nulls(content, shape, random)
    nulls = described != content
    added = random.sample(read_only, random.randint(0, 2))
    described = {**dict.fromkeys(added, "x"), **described}
    wrapper = random.choice([None, *WRAPPERS[kind.stem]])
    if wrapper:
        described = {wrapper: [described] if wrapper.endswith("s") else described}
    folder.write(f"{kind.stem}.json", described)
    definitions, findings = inspect_directory(folder.path, {}, _SHAPES, only=kind, tolerant=True)
    said = [one.message for one in findings if "ignored" in one.message]
    assert len(said) == bool(nulls) + bool(added) + bool(wrapper)
    assert all(any(key in one for one in said) for key in added)
    if definitions is not None:
        sent = definitions.service if kind is SERVICE_KIND else definitions.task_definition
        assert sent == content


def _with_nulls(value: Any, shape: AwsShape, random: Random) -> Any:
    """Add members of structures that aren't there, with null for a value."""
    if shape.is_document or not isinstance(value, dict | list):
        return value
    if isinstance(value, list):
        return [_with_nulls(item, shape.element, random) for item in value]
    if shape.kind == "map":
        return {key: _with_nulls(item, shape.element, random) for key, item in value.items()}
    absent = [key for key in shape.members if key not in value]
    chosen = random.sample(absent, min(len(absent), random.choice([0, 0, 1])))
    return {
        **{key: _with_nulls(item, shape.members[key], random) for key, item in value.items()},
        **dict.fromkeys(chosen),
    }


_SECRET = "hunter2hunter2"  # noqa: S105 - it stands for one
_VALUES = [_SECRET, _SECRET + '"', _SECRET + "\n: {", f'"{_SECRET}"', "5" + _SECRET]
_ODD: list[Any] = [None, True, 5, "", "x", "${S}", "a${S}b", [], {}, [None], {"${S}": "${S}"}]


@settings(_QUIET, max_examples=800)
@given(st.randoms(use_true_random=True))
def test_the_value_of_a_variable_is_in_no_finding(folder: Folder, random: Random) -> None:
    """Put `${S}` for values, in texts, in keys and outside of texts; break the rest."""
    content = _broken(random.choice([SERVICE, TASK_DEFINITION]), random)
    text = json.dumps(content, indent=1)
    for old, new in (('"${S}"', "${S}"), ('"name"', '"${S}"'), (": ", ": ${S}"), ("}", "${S}}")):
        if random.random() < 0.2:
            text = text.replace(old, new, random.randint(1, 2))
    suffix = random.choice([".json", ".yaml"])
    for name in ("service", "task-definition"):
        for known in (".json", ".yaml"):
            (folder.path / (name + known)).unlink(missing_ok=True)
        folder.write(name + suffix, text)
    folder.environ = {"S": random.choice(_VALUES)}
    _, findings = folder.inspect()
    assert any(one.severity is Severity.ERROR for one in findings)
    for finding in findings:
        assert _SECRET not in repr(finding)
        assert _SECRET not in str(finding)


@settings(_QUIET, max_examples=150)
@given(st.randoms(use_true_random=True))
def test_a_looked_up_secret_is_in_no_finding_and_in_nothing_shown(
    folder: Folder, random: Random
) -> None:
    """Put `${ssm:…}` wherever a variable could stand, broken or not."""
    for name, base, kind in (
        ("service", SERVICE, SERVICE_KIND),
        ("task-definition", TASK_DEFINITION, TASK_KIND),
    ):
        likely = 0.08 if random.random() < 0.5 else 0.0
        text = json.dumps(_broken(base, random, likely), indent=1).replace("${S}", "${ssm:/s}")
        if random.random() < 0.2:
            text = text.replace(": ", ": ${ssm:/s}", 1)
        suffix = random.choice([".json", ".yaml"])
        for known in (".json", ".yaml"):
            (folder.path / (name + known)).unlink(missing_ok=True)
        folder.write(name + suffix, text)
        folder.lookups = {"ssm": _always(Found(random.choice(_VALUES), secret=True))}
        definitions, findings = folder.inspect(only=kind)
        assert _SECRET not in repr(findings) + "".join(map(str, findings))
        assert _SECRET not in repr(definitions)
        for request in (definitions.service, definitions.task_definition) if definitions else ():
            assert _SECRET not in json.dumps(redacted(request))


def _always(found: Found) -> Lookup:
    return lambda _reference: found


def _broken(value: Any, random: Random, likely: float = 0.08) -> Any:
    """Replace some parts of a request by anything."""
    if random.random() < likely:
        return random.choice(_ODD)
    if isinstance(value, Mapping):
        return {
            (key if random.random() < 1 - 0.6 * likely else "k${S}"): _broken(item, random, likely)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [_broken(item, random, likely) for item in value]
    return "${S}" if isinstance(value, str) and random.random() < 0.3 else value
