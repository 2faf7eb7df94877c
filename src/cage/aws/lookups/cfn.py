"""`${cfn:stack.Output}`: an output of a CloudFormation stack."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Self

from cage.definitions import Found, LookupFailedError

if TYPE_CHECKING:
    from cage.aws.lookups.reach import Reach


@dataclasses.dataclass(frozen=True, slots=True)
class StackOutput:
    """An output, by the stack's name and its own; a stack's name can't contain a dot."""

    stack: str
    output: str

    @classmethod
    def understood(cls, text: str) -> Self:
        """Return the reference in the text."""
        stack, _, output = text.partition(".")
        if not stack.strip() or not output.strip():
            raise LookupFailedError(
                "the stack's name and the output are missing", "Write ${cfn:stack.Output}"
            )
        return cls(stack, output)

    def look_up(self, reach: Reach) -> Found:
        """Query CloudFormation."""
        answer = reach.ask(
            "cloudformation",
            "describe_stacks",
            ("does not exist", f"stack {self.stack} not found"),
            StackName=self.stack,
        )
        outputs = {
            one["OutputKey"]: one["OutputValue"]
            for stack in answer.get("Stacks") or []
            for one in stack.get("Outputs") or []
        }
        if self.output not in outputs:
            known = ", ".join(sorted(outputs)) or "none"
            raise LookupFailedError(
                f"the stack {self.stack} has no output {self.output}", f"Its outputs are {known}"
            )
        return Found(outputs[self.output])
