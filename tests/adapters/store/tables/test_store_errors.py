"""The errors of the store: messages for a log, and causes that end a sentence of ours."""

import pytest

from monitor.adapters.store.tables.store_errors import StoreError, fault

DISK = "The database at x does not take writes: disk I/O error"


@pytest.mark.parametrize(
    ("error", "message", "cause"),
    [
        (OSError("disk I/O error"), DISK, "disk I/O error"),
        (OSError("disk I/O error.\nLINE 1"), f"{DISK}.", "disk I/O error"),
        (OSError(), DISK.removesuffix(" disk I/O error"), ""),
        (StoreError("The disk is full."), "The disk is full.", "The disk is full"),
    ],
)
def test_a_fault_has_its_cause_apart_from_the_message(
    error: Exception, message: str, cause: str
) -> None:
    told = fault(error, "x")
    assert (str(told), told.cause) == (message, cause)
