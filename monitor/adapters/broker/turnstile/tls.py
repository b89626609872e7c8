"""TLS of one connection, from bytes to bytes.

The event loop's own TLS is not suitable: it continues to read while a connection is held up, and
when the client then closes, the data that it had read is lost, the client's good-bye included.
"""

import contextlib
import ssl
from typing import Final

PIECE: Final = 65_536


class Tls:
    """The server's side. ended: the client has announced that it sends no more."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._in, self._out, server_side=True)
        self._shaken = False
        self.ended = False

    def received(self, data: bytes) -> bytes:
        """Return the decrypted data; the reply is in `outgoing`. Raises ssl.SSLError."""
        if self.ended:  # data after the end is discarded
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
        """Encrypt data for the client; it is in `outgoing`. Raises ssl.SSLError."""
        self._tls.write(data)

    def close(self) -> None:
        """Announce that we send no more."""
        with contextlib.suppress(ssl.SSLError):
            self._tls.unwrap()

    def outgoing(self) -> bytes:
        return self._out.read()
