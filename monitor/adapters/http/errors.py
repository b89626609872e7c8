"""Exceptions of the HTTP interface and the desk, and whose fault each is. Texts reach the client.

| raised | whose fault | status |
|---|---|---|
| `Invalid` | the caller's: a field names a missing thing or has an impossible value | 422 |
| `Unknown` | the caller's: the thing in the path does not exist | 404 |
| `Conflict` | the caller's: something that exists already forbids the request | 409 |
| `TooOften` | the caller's: it repeated the act too often lately | 429 |
| `Unavailable` | ours: a part does not work at the moment | 503 |
"""


class Unknown(LookupError):
    """The thing named in the path does not exist."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(text)


class Conflict(Exception):
    """Something that exists already forbids the request."""


class Invalid(ValueError):
    """A field of the request names a missing thing or has an impossible value."""

    def __init__(self, field: str, text: str) -> None:
        self.field = field
        self.text = text
        super().__init__(f"{field}: {text}")


class TooOften(Exception):
    """The act was repeated too often lately. wait: whole seconds until it is allowed again."""

    def __init__(self, text: str, wait: int) -> None:
        self.wait = wait
        super().__init__(text)


class Unavailable(Exception):
    """A part that the request needs does not work at the moment."""


class Busy(Exception):
    """Too many password checks are queued. Ours; the client may try again in a moment."""
