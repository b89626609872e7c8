"""TLS of one connection, from bytes to bytes.

Not the event loop's own: it reads on while a connection is held up, and when the client then
closes, what it had read is gone, the client's good-bye among it.
"""

import contextlib
import ssl
from typing import Final

PIECE: Final = 65_536


class Tls:
    """The server's side. ended: the client has said that it sends no more."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._in, self._out, server_side=True)
        self._shaken = False
        self.ended = False

    def received(self, data: bytes) -> bytes:
        """What is in it for us. Raises ssl.SSLError. What is to be sent back: `outgoing`."""
        if self.ended:  # what comes after the good-bye is nobody's
            return b""
        self._in.write(data)
        found = []
        with contextlib.suppress(ssl.SSLWantReadError):
            if not self._shaken:
                self._tls.do_handshake()
                self._shaken = True
            while not self.ended:
                piece = self._read()
                found.append(piece)
                self.ended = not piece
        return b"".join(found)

    def _read(self) -> bytes:
        try:
            return self._tls.read(PIECE)
        except ssl.SSLZeroReturnError:
            return b""

    def send(self, data: bytes) -> None:
        """Raises ssl.SSLError."""
        self._tls.write(data)

    def close(self) -> None:
        """Say that no more comes."""
        with contextlib.suppress(ssl.SSLError):
            self._tls.unwrap()

    def outgoing(self) -> bytes:
        return self._out.read()
