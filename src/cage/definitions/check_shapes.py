"""What `checks` in `cage.json` may say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cage.definitions.own_shapes import number, structure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cage.definitions.shapes import AwsShape

_MEMBERS: Mapping[str, AwsShape] = {
    "bake": number("Seconds for which every check must hold before the promotion.", minimum=0),
    "bake_after": number(
        "Seconds for which the service must stay well after its deployment is proven.", minimum=0
    ),
}

CHECKS = structure("Checks", "What is asked before the promotion, and after it.", _MEMBERS)
