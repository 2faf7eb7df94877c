"""Values from AWS's stores, from stacks and from Terraform states."""

from __future__ import annotations

import contextlib
import http.client
import http.server
import importlib.util
import io
import json
import re
import sys
import threading
import types
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from botocore.stub import Stubber
from moto import mock_aws

from cage.aws.clients import Clients
from cage.aws.lookups import CATALOG, asking, http_state, offline
from cage.aws.lookups.reach import Reach
from cage.aws.shapes import EcsShapes
from cage.definitions import Found, LookupFailedError, load_service_definition
from cage.model.errors import AwsError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

REGION = "us-east-1"
SECRET = "hunter2"  # noqa: S105 - it stands for one


class Counted(Clients):
    """Clients that tell which calls were made."""

    def __init__(self) -> None:
        super().__init__(REGION)
        self.calls: list[str] = []
        self.session.get_component("event_emitter").register("before-call", self._note)

    def _note(self, model: Any, **_: Any) -> None:
        self.calls.append(model.name)


@pytest.fixture
def aws() -> Iterator[Counted]:
    with mock_aws():
        yield Counted()


def reach(clients: Clients, state: str | None = None, **environ: str) -> Reach:
    return Reach(lambda: clients, state, environ)


def look_up(reference: str, way: Reach) -> Found | None:
    prefix, _, rest = reference.partition(":")
    return asking(way)[prefix](rest)


def failure(reference: str, way: Reach) -> LookupFailedError:
    with pytest.raises(LookupFailedError) as raised:
        look_up(reference, way)
    assert SECRET not in str(raised.value) + raised.value.remedy
    assert "\n" not in str(raised.value)
    return raised.value


def test_a_parameter_is_its_value_and_a_secure_one_is_a_secret(aws: Counted) -> None:
    ssm = aws.client("ssm")
    ssm.put_parameter(Name="/shop/url", Value="https://x", Type="String")
    ssm.put_parameter(Name="/shop/zones", Value="a,b", Type="StringList")
    ssm.put_parameter(Name="/shop/key", Value=SECRET, Type="SecureString")
    way = reach(aws)
    assert look_up("ssm:/shop/url", way) == Found("https://x")
    assert look_up("ssm:/shop/zones", way) == Found("a,b")
    assert look_up("ssm:/shop/key", way) == Found(SECRET, secret=True)
    assert look_up("ssm:/shop/url:1", way) == Found("https://x")
    assert str(failure("ssm:/shop/nothing", way)) == "parameter /shop/nothing not found"


def test_a_secret_is_read_whole_or_by_a_key_of_its_json(aws: Counted) -> None:
    store = aws.client("secretsmanager")
    store.create_secret(Name="plain", SecretString=SECRET)
    arn = store.create_secret(
        Name="db", SecretString=json.dumps({"password": SECRET, "port": 5432, "none": None})
    )["ARN"]
    store.create_secret(Name="raw", SecretBinary=b"\0")
    way = reach(aws)
    aws.calls.clear()
    assert look_up("secretsmanager:plain", way) == Found(SECRET, secret=True)
    assert look_up("secretsmanager:db#password", way) == Found(SECRET, secret=True)
    assert look_up("secretsmanager:db#port", way) == Found("5432", secret=True)
    assert look_up(f"secretsmanager:{arn}#password", way) == Found(SECRET, secret=True)
    assert str(failure("secretsmanager:db#user", way)) == "the secret db has no key user"
    assert str(failure("secretsmanager:db#none", way)) == "the secret db has no key none"
    assert "not a JSON object" in str(failure("secretsmanager:plain#a", way))
    assert "is binary" in str(failure("secretsmanager:raw", way))
    assert str(failure("secretsmanager:absent", way)) == "secret absent not found"
    assert aws.calls == ["GetSecretValue"] * 5, "each secret is read once, whatever its keys"


@pytest.fixture
def stacks(aws: Counted, monkeypatch: pytest.MonkeyPatch) -> Counted:
    """moto's CloudFormation, which imports a validator of API Gateway's that nobody calls."""
    name = "openapi_spec_validator"
    installed = importlib.util.find_spec(name) is not None
    for part in (name, f"{name}.validation", f"{name}.validation.exceptions"):
        stand_in = types.ModuleType(part)
        stand_in.__dict__.update(validate=None, OpenAPIValidationError=ValueError)
        if not installed:
            monkeypatch.setitem(sys.modules, part, stand_in)
    resources = {"Name": {"Type": "AWS::SSM::Parameter", "Properties": _PARAMETER}}
    other = {**_PARAMETER, "Name": "/net/other"}
    outputs = {"Port": {"Value": "8080"}, "Name": {"Value": {"Ref": "Name"}}}
    for name, template in (
        ("net", {"Resources": resources, "Outputs": outputs}),
        ("bare", {"Resources": {"Other": {"Type": "AWS::SSM::Parameter", "Properties": other}}}),
    ):
        text = json.dumps({"AWSTemplateFormatVersion": "2010-09-09", **template})
        aws.client("cloudformation").create_stack(StackName=name, TemplateBody=text)
    aws.calls.clear()
    return aws


_PARAMETER = {"Name": "/net/name", "Type": "String", "Value": "blue"}


def test_an_output_of_a_stack_reads_the_stack_once(stacks: Counted) -> None:
    way = reach(stacks)
    assert look_up("cfn:net.Port", way) == Found("8080")
    assert look_up("cfn:net.Name", way) == Found("/net/name")
    missing = failure("cfn:net.Vpc", way)
    assert str(missing) == "the stack net has no output Vpc"
    assert missing.remedy == "Its outputs are Name, Port"
    assert failure("cfn:bare.Port", way).remedy == "Its outputs are none"
    assert str(failure("cfn:old.Port", way)) == "stack old not found"
    assert stacks.calls == ["DescribeStacks"] * 3, "each stack is read once"


def test_an_output_of_a_stack_reaches_the_request(stacks: Counted, tmp_path: Path) -> None:
    good = Path(__file__).parents[2] / "examples" / "web" / "service.json"
    text = good.read_text(encoding="utf-8").replace('"demo"', '"${cfn:net.Name}"')
    count = re.sub(r'"desiredCount": \d+', '"desiredCount": ${cfn:net.Port}', text)
    assert count != text
    (tmp_path / "service.json").write_text(count, encoding="utf-8")
    service = load_service_definition(
        tmp_path / "service.json", {}, EcsShapes(), lookups=asking(reach(stacks))
    )
    assert service["cluster"] == "/net/name"
    assert service["desiredCount"] == 8080
    assert stacks.calls == ["DescribeStacks"], "one read of the stack for both outputs"


def test_denied_is_told_with_the_action_and_the_next_one_is_still_asked() -> None:
    clients = Clients(REGION)
    clients.session.set_credentials("a", "b")
    with Stubber(clients.client("ssm")) as stub:
        for _ in range(2):
            stub.add_client_error(
                "get_parameter", "AccessDeniedException", "not authorized: ssm:GetParameter"
            )
        way = reach(clients)
        denied = failure("ssm:/a", way)
        assert "Access denied: GetParameter" in str(denied)
        assert "ssm:GetParameter" in str(denied)
        failure("ssm:/b", way)
        stub.assert_no_pending_responses()


def test_without_credentials_only_the_first_one_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    clients = Counted()
    way = reach(clients)
    first, second = failure("ssm:/a", way), failure("secretsmanager:b", way)
    assert "No AWS credentials" in str(first)
    assert str(second) == str(first)
    assert clients.calls in ([], ["GetParameter"])


def test_a_client_that_cannot_be_made_is_told_at_the_reference() -> None:
    def broken() -> Clients:
        raise AwsError("No AWS Region is set.", "", "Pass --region.")

    error = failure("ssm:/a", Reach(broken, None, {}))
    assert (str(error), error.remedy) == ("No AWS Region is set", "Pass --region")


STATE: Mapping[str, Any] = {
    "version": 4,
    "outputs": {
        "cluster": {"value": "blue", "type": "string"},
        "password": {"value": SECRET, "type": "string", "sensitive": True},
        "zones": {"value": ["a", "b"], "type": ["list", "string"]},
    },
    "resources": [
        {
            "mode": "managed", "type": "aws_lb", "name": "web",
            "instances": [
                {
                    "attributes": {
                        "arn": "arn:lb", "port": 80, "internal": False, "zone": None,
                        "tags": {"Name": "web"}, "subnets": ["s-1", "s-2"],
                        "auth": [{"secret": SECRET, "user": "app"}],
                    },
                    "sensitive_attributes": [
                        [
                            {"type": "get_attr", "value": "auth"},
                            {"type": "index", "value": {"value": 0, "type": "number"}},
                            {"type": "get_attr", "value": "secret"},
                        ]
                    ],
                }
            ],
        },
        {
            "module": 'module.net["x"].module.sub', "mode": "managed",
            "type": "aws_subnet", "name": "main",
            "instances": [
                {"index_key": "a", "attributes": {"id": "subnet-a"}},
                {"index_key": "b.c", "attributes": {"id": "subnet-b"}},
            ],
        },
        {
            "mode": "managed", "type": "aws_subnet", "name": "main",
            "instances": [{"index_key": 0, "attributes": {"id": "subnet-0"}}],
        },
        {
            "mode": "data", "type": "aws_vpc", "name": "main",
            "instances": [{"attributes": {"id": "vpc-1"}}],
        },
    ],
}  # fmt: skip


@pytest.fixture
def state(tmp_path: Path) -> str:
    path = tmp_path / "terraform.tfstate"
    path.write_text(json.dumps(STATE))
    return str(path)


def nobody() -> Clients:
    raise AssertionError("a local state asks nobody")


@pytest.mark.parametrize(
    ("address", "text", "secret"),
    [
        ("aws_lb.web.arn", "arn:lb", False),
        ("aws_lb.web.port", "80", False),
        ("aws_lb.web.internal", "false", False),
        ("aws_lb.web.tags.Name", "web", False),
        ("aws_lb.web.tags", '{"Name":"web"}', False),
        ("aws_lb.web.subnets[1]", "s-2", False),
        ("aws_lb.web.auth[0].secret", SECRET, True),
        ("aws_lb.web.auth[0].user", "app", False),
        ("aws_lb.web.auth", '[{"secret":"hunter2","user":"app"}]', True),
        ("aws_subnet.main[0].id", "subnet-0", False),
        ('module.net["x"].module.sub.aws_subnet.main["a"].id', "subnet-a", False),
        ("module.net['x'].module.sub.aws_subnet.main['b.c'].id", "subnet-b", False),
        (r"module.net[\"x\"].module.sub.aws_subnet.main[\"a\"].id", "subnet-a", False),
        ("data.aws_vpc.main.id", "vpc-1", False),
        ("output.cluster", "blue", False),
        ("output.zones[1]", "b", False),
        ("output.password", SECRET, True),
    ],
)
def test_an_address_leads_to_its_value(
    state: str, address: str, text: str, *, secret: bool
) -> None:
    assert look_up(f"tfstate:{address}", Reach(nobody, state, {})) == Found(text, secret=secret)


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("aws_lb.api.arn", "the state has no aws_lb.api"),
        ("aws_lb.web.dns", "aws_lb.web has no dns"),
        ("aws_lb.web.subnets[2]", "aws_lb.web has no subnets[2]"),
        ("aws_lb.web.arn.x", "aws_lb.web has no arn.x"),
        ("aws_lb.web.zone", "the value of aws_lb.web is null"),
        ("aws_subnet.main.id", "the resource has other instances"),
        ("aws_subnet.main[1].id", "the state has no aws_subnet.main[1]"),
        ("module.net.aws_subnet.main[0].id", "the state has no module.net.aws_subnet.main[0]"),
        ("output.nothing", "the state has no output.nothing"),
        ("module.net.output.cluster", "the state has no module.net.output.cluster"),
    ],
)
def test_an_address_that_leads_nowhere_says_where_it_ends(
    state: str, address: str, says: str
) -> None:
    assert says in str(failure(f"tfstate:{address}", Reach(nobody, state, {})))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (f"{{{SECRET}", "is not JSON"),
        ("[]", "not a Terraform state of version 4"),
        ('{"version": 3}', "not a Terraform state of version 4"),
        ('{"encrypted_data": "hunter2"}', "is encrypted"),
    ],
)
def test_a_file_that_is_no_state_is_told_without_its_content(
    tmp_path: Path, content: str, says: str
) -> None:
    path = tmp_path / "x.tfstate"
    path.write_text(content)
    assert says in str(failure("tfstate:output.a", Reach(nobody, str(path), {})))


def test_a_state_must_be_named_and_be_there(tmp_path: Path) -> None:
    error = failure("tfstate:output.a", Reach(nobody, None, {}))
    assert "no Terraform state is specified" in str(error)
    assert "--tfstate" in error.remedy
    absent = Reach(nobody, str(tmp_path / "absent"), {})
    assert "can't be read" in str(failure("tfstate:output.a", absent))
    assert (
        "Write s3://bucket/key" in failure("tfstate:output.a", Reach(nobody, "s3://b", {})).remedy
    )


def test_a_state_in_s3_is_read_once(aws: Counted) -> None:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="states")
    s3.put_object(Bucket="states", Key="a/b.tfstate", Body=json.dumps(STATE).encode())
    aws.calls.clear()
    way = reach(aws, "s3://states/a/b.tfstate")
    assert look_up("tfstate:output.cluster", way) == Found("blue")
    assert look_up("tfstate:aws_lb.web.port", way) == Found("80")
    assert aws.calls == ["GetObject"]
    assert str(failure("tfstate:output.a", reach(aws, "s3://states/none"))) == (
        "state s3://states/none not found"
    )


class _States(http.server.BaseHTTPRequestHandler):
    """Serves the state to those who know the password."""

    def do_GET(self) -> None:
        allowed = self.headers.get("Authorization") == "Basic dG9mdTpodW50ZXIy"
        self.send_response(200 if allowed else 401)
        self.end_headers()
        self.wfile.write(json.dumps(STATE).encode() if allowed else b"who?")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[str]:
    with http.server.HTTPServer(("127.0.0.1", 0), _States) as serving:
        thread = threading.Thread(target=serving.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{serving.server_port}/state?token={SECRET}"
        serving.shutdown()
        thread.join()


def test_a_state_behind_http_is_asked_for_with_the_backend_s_password(server: str) -> None:
    known = {"TF_HTTP_USERNAME": "tofu", "TF_HTTP_PASSWORD": SECRET}
    assert look_up("tfstate:output.cluster", Reach(nobody, server, known)) == Found("blue")
    assert "answered 401" in str(failure("tfstate:output.cluster", Reach(nobody, server, {})))


def test_a_state_that_nobody_serves_gives_no_answer() -> None:
    url = f"http://user:{SECRET}@127.0.0.1:9/state"
    error = failure("tfstate:output.a", Reach(nobody, url, {}))
    assert str(error).startswith("http://127.0.0.1:9/state did not answer")


class _Dribble(http.server.BaseHTTPRequestHandler):
    """Sends one byte after the other, and never ends."""

    over = threading.Event()

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        with contextlib.suppress(OSError):
            while not self.over.wait(0.01):
                self.wfile.write(b" ")

    def log_message(self, *_: object) -> None:
        pass


def test_a_server_that_sends_byte_by_byte_holds_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_state, "WHOLE_S", 0.3)
    with http.server.HTTPServer(("127.0.0.1", 0), _Dribble) as serving:
        thread = threading.Thread(target=serving.serve_forever, daemon=True)
        thread.start()
        url = f"http://127.0.0.1:{serving.server_port}/state"
        error = failure("tfstate:output.a", Reach(nobody, url, {}))
        _Dribble.over.set()
        serving.shutdown()
        thread.join()
    assert str(error) == f"{url} sent no whole answer within 0.3 s"


@pytest.mark.parametrize(
    ("old", "new", "follows"),
    [
        ("https://a.test/s", "https://b.test/s", True),
        ("http://a.test/s", "https://a.test/s", True),
        ("http://a.test/s", "http://b.test/s", True),
        ("https://a.test/s", "http://a.test/s", False),
    ],
)
def test_a_redirect_never_leaves_https(old: str, new: str, *, follows: bool) -> None:
    request = urllib.request.Request(old)  # noqa: S310  it is not sent
    asked = (request, io.BytesIO(), 302, "Found", http.client.HTTPMessage(), new)
    if follows:
        found = http_state.Redirects().redirect_request(*asked)
        assert found is not None
        assert found.full_url == new
    else:
        with pytest.raises(LookupFailedError, match="redirects from https to http"):
            http_state.Redirects().redirect_request(*asked)


@pytest.mark.parametrize(
    "reference",
    [
        "ssm: ", "secretsmanager:#key", "secretsmanager:db#", "cfn:stack", "cfn:.Output",
        "tfstate:aws_lb.web", "tfstate:aws_lb", "tfstate:output", "tfstate:a..b.c",
        "tfstate:.a.b.c", "tfstate:a.b.c d", "tfstate:a[b].c.d", "tfstate:module.x",
        "tfstate:aws_lb[0].web.arn", "tfstate:data.x.y",
    ],
)  # fmt: skip
def test_a_reference_that_is_none_is_refused_without_asking(reference: str) -> None:
    prefix, _, rest = reference.partition(":")
    with pytest.raises(LookupFailedError) as raised:
        offline()[prefix](rest)
    assert f"${{{prefix}:" in raised.value.remedy
    failure(reference, Reach(nobody, None, {}))


def test_offline_nothing_is_known_and_nobody_is_asked() -> None:
    good = {"ssm": "/a", "secretsmanager": "a#b", "cfn": "a.B", "tfstate": "a.b.c"}
    assert set(good) == set(CATALOG)
    for prefix, reference in good.items():
        assert offline()[prefix](reference) is None
