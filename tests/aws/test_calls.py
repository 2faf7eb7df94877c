"""What AWS says of a call, without what it must not repeat."""

from __future__ import annotations

import anyio
import pytest
from botocore.stub import Stubber

from cage.aws.calls import Caller
from cage.aws.clients import Clients
from cage.masking.mask import Mask, SecretText
from cage.model.errors import InvalidRequestError

SECRET = "hunter2"  # noqa: S105 - it stands for one


def test_a_secret_that_aws_quotes_is_masked_in_the_error() -> None:
    clients = Clients("us-east-1")
    clients.session.set_credentials("a", "b")
    client = clients.client("ecs")
    caller = Caller("us-east-1", mask=Mask({"name": SecretText(SECRET)}))
    with Stubber(client) as stub:
        stub.add_client_error(
            "register_task_definition", "ClientException", f"Invalid value {SECRET} for name"
        )

        async def register() -> None:
            await caller.change(
                client, "register_task_definition", family="f", containerDefinitions=[]
            )

        with pytest.raises(InvalidRequestError) as raised:
            anyio.run(register)
    assert "Invalid value *** for name" in str(raised.value)
    assert SECRET not in str(raised.value)
