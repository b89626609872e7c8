"""TLS of one connection, from bytes to bytes.

The event loop's own TLS is not suitable: it continues to read while a connection is held up, and
when the client then closes, the data that it had read is lost, the client's good-bye included.
"""

import contextlib
import ssl
from collections.abc import Iterator
from typing import Final

PIECE: Final = 65_536
HEAD: Final = 5  # bytes of a record before its content; the last two are the content's length
# Records without data that a client may send after the handshake. A change of keys is one: it costs
# the client 27 bytes and this process some 10 us, and real clients change keys after gigabytes.
EMPTY_AT_MOST: Final = 100


class Tls:
    """The server's side. ended: the client has announced that it sends no more."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._in, self._out, server_side=True)
        self._shaken = False
        self._records = RecordEnds()
        self._empty = 0
        self.ended = False

    def received(self, data: bytes) -> bytes:
        """Return the decrypted data; the reply is in `outgoing`. Raises ssl.SSLError."""
        return b"".join(map(self._decrypted, self._records.split(data)))

    def _decrypted(self, piece: bytes) -> bytes:
        """Return the data of the next bytes, which end at the end of a record or before it."""
        if self.ended:  # data after the end is discarded
            return b""
        self._in.write(piece)
        found, shaken = [], self._shaken
        with contextlib.suppress(ssl.SSLWantReadError):
            if not self._shaken:
                self._tls.do_handshake()
                self._shaken = True
            while not self.ended:
                read = self._read()
                found.append(read)
                self.ended = not read
        if shaken and self._records.whole and not found:
            self._empty += 1
            if self._empty > EMPTY_AT_MOST:
                raise ssl.SSLError("too many records without data")
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


class RecordEnds:
    """Splits received bytes at the ends of TLS records. whole: the last piece ended one."""

    def __init__(self) -> None:
        self._head = bytearray()
        self._left = 0  # of the present record's content
        self.whole = True

    def split(self, data: bytes) -> Iterator[bytes]:
        at = 0
        while at < len(data):
            begin = at
            if not self._left:
                at += HEAD - len(self._head)
                self._head += data[begin:at]
                if len(self._head) == HEAD:
                    self._left = int.from_bytes(self._head[-2:])
                    self._head.clear()
            end = min(at + self._left, len(data))
            self._left -= max(0, end - at)
            self.whole = not self._left and not self._head
            at = end
            yield data[begin:end]
