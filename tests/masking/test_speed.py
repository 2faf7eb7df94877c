"""Given a long line that someone made to be slow to search, then it is searched in linear time."""

from __future__ import annotations

import time

import pytest

from cage.masking.secrecy import looks_secret, without_forms

PIECES = (
    "a", "a.", "a_", "--", "-a.a", "--a-", "$1$", "://a", "token", "password ", "secret: a",
    "<password", "mysql ", "curl -u ", "bearer ", "x:5432:", '{"a":', "[", "basic ", "login a ",
    "-----BEGIN PRIVATE KEY-----", "eyJaaaaaaaa.", "${", "arn:aws:", "pbkdf2_a$1$", "argon2a",
)  # fmt: skip


@pytest.mark.parametrize("piece", PIECES)
def test_eight_times_the_line_takes_about_eight_times_as_long(piece: str) -> None:
    # A quadratic search takes 64 times as long.
    assert _took_s(piece, 96_000) < 32 * max(_took_s(piece, 12_000), 0.001)


def _took_s(piece: str, length: int) -> float:
    """Processor time; the least of two, because others use the processor too."""
    line = piece * (length // len(piece))
    found = []
    for number in range(2):
        began = time.process_time()
        without_forms(f"{line} {number}")
        looks_secret("X", f"{line} {number}")
        found.append(time.process_time() - began)
    return min(found)
