"""A TLS context for clients of plain HTTP: none uses it, but each would load all certificates."""

import ssl
from typing import Final

TLS: Final = ssl.create_default_context()
