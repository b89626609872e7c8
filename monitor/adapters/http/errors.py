"""What the web side and the desk raise, and whose fault it is. Each text reaches the client.

| raised | whose | status |
|---|---|---|
| `Invalid` | the caller's: a field names what is not there or cannot be | 422 |
| `Unknown` | the caller's: the thing in the path does not exist | 404 |
| `Conflict` | the caller's: something that is there already forbids it | 409 |
| `TooOften` | the caller's: it was done too often of late | 429 |
| `Unavailable` | ours: a part does not work at the moment | 503 |
"""


class Unknown(LookupError):
    """The thing named in the path does not exist."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(text)


class Conflict(Exception):
    """It cannot be, because of something that is there already."""


class Invalid(ValueError):
    """A field of the request names something that is not there or cannot be."""

    def __init__(self, field: str, text: str) -> None:
        self.field = field
        self.text = text
        super().__init__(f"{field}: {text}")


class TooOften(Exception):
    """It was done too often of late. wait: whole seconds until it may be done again."""

    def __init__(self, text: str, wait: int) -> None:
        self.wait = wait
        super().__init__(text)


class Unavailable(Exception):
    """A part that is needed does not work at the moment."""


class Busy(Exception):
    """Too many checks wait already. Ours; the client may try again in a moment."""
