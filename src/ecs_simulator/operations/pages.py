"""Pages of the list operations."""

from __future__ import annotations

from typing import Any

from ecs_simulator.world import ApiError

_PAGE = 100


def page(key: str, found: list[Any], params: dict[str, Any], most: int = _PAGE) -> dict[str, Any]:
    """Return the requested page, under its key, and the token of the next page.

    Raises:
        ApiError: The token isn't one of ours, or the request is for more than a page holds.
    """
    size = params.get("maxResults")
    size = most if size is None else int(size)
    if not 1 <= size <= most:
        raise ApiError("InvalidParameterException", f"maxResults must be between 1 and {most}.")
    token = params.get("nextToken") or "0"
    if not token.isdecimal():
        raise ApiError("InvalidParameterException", "Invalid token.")
    first = int(token)
    more = {"nextToken": str(first + size)} if first + size < len(found) else {}
    return {key: found[first : first + size], **more}
