"""Skip or fail a test whose part is missing on this machine."""

import os
from typing import NoReturn

import pytest


def missing(what: str, remedy: str) -> NoReturn:
    """Skip with a reason that names the way to get the part; fail if `CI` is set.

    A skip is a kindness to a developer who works on one corner without a database server. In CI it
    would be a hole that no one sees, so there it is a failure.
    """
    reason = f"{what} is missing: {remedy}"
    if os.environ.get("CI"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
