"""Names of container images: whether two revisions can lead to the same image by a tag."""

from __future__ import annotations

import re

from cage.model.revisions import Revision

_LATEST = re.compile(r"[^:@]+(?::latest)?")


def uncertain_names(one: Revision, other: Revision) -> tuple[str, ...]:
    """Return the names of images that both revisions have, and that a tag can move.

    If the revisions differ in some image, only names with the tag `latest` count, or without a
    tag. A name with a digest never counts.

    Source: OCI distribution specification, "Pushing manifests": a tag can be moved, a digest
    can't.
    """
    ours, theirs = ([c.image for c in revision.containers] for revision in (one, other))
    shared = [name for name in dict.fromkeys(ours) if name in theirs and "@" not in name]
    if set(ours) == set(theirs):
        return tuple(shared)
    return tuple(name for name in shared if is_latest(name))


def is_latest(image: str) -> bool:
    """Return whether a name has the tag `latest`, or no tag, which means the same."""
    return "@" not in image and _LATEST.fullmatch(image[image.rfind("/") + 1 :]) is not None
