"""What happens to a test whose part this machine does not have."""

import os
from typing import NoReturn

import pytest


def missing(what: str, remedy: str) -> NoReturn:
    """Skip with a reason that says how to get the part; fail where `CI` is set.

    A skip is a kindness to somebody who works on one corner without a database server. In CI it
    would be a hole that nobody sees, so there it is a failure.
    """
    reason = f"{what} is missing: {remedy}"
    if os.environ.get("CI"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
