"""Exceptions of the HTTP interface and the desk, and whose fault each is.

Each holds its reason, whose sentence is the text of the exception: both reach the client.

| raised | whose fault | status |
|---|---|---|
| `Invalid` | the caller's: a field names a missing thing or has an impossible value | 422 |
| `Unknown` | the caller's: the thing in the path does not exist | 404 |
| `Conflict` | the caller's: something that exists already forbids the request | 409 |
| `TooOften` | the caller's: it repeated the act too often lately | 429 |
| `Unavailable` | ours: a part does not work at the moment | 503 |
"""

from monitor.core.sentences.english import english
from monitor.core.vocabulary.reasons import Reason


class Reasoned(Exception):
    """An error with its reason, whose sentence is the text."""

    def __init__(self, because: Reason) -> None:
        self.because = because
        super().__init__(english(because))


class Unknown(Reasoned, LookupError):
    """The thing named in the path does not exist."""


class Conflict(Reasoned):
    """Something that exists already forbids the request."""


class Invalid(ValueError):
    """A field of the request names a missing thing or has an impossible value."""

    def __init__(self, field: str, because: Reason) -> None:
        self.field = field
        self.because = because
        self.text = english(because)
        super().__init__(f"{field}: {self.text}")


class TooOften(Reasoned):
    """The act was repeated too often lately. wait: whole seconds until it is allowed again."""

    def __init__(self, because: Reason, wait: int) -> None:
        self.wait = wait
        super().__init__(because)


class Unavailable(Reasoned):
    """A part that the request needs does not work at the moment."""


class Busy(Reasoned):
    """Too many password checks are queued. Ours; the client may try again in a moment."""

    def __init__(self) -> None:
        super().__init__(Reason("passwords_wait"))
