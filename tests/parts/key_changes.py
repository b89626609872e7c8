"""A TLS client that changes its keys: the one thing that Python's own TLS cannot be told to do."""

import ctypes
import ctypes.util
from typing import Any, Final

from tests.parts.missing import missing

_REQUESTED: Final = 1  # the other side must change its keys, too
_FULL: Final = 65_536


class KeyChanger:
    """OpenSSL's client between two buffers: what it `hears`, and what it has to `say`."""

    def __init__(self) -> None:
        name = ctypes.util.find_library("ssl") or missing("OpenSSL's library", "install libssl")
        self._lib = ctypes.CDLL(name)
        context = self._new("SSL_CTX_new", self._new("TLS_client_method"))
        self._in, self._out = (self._new("BIO_new", self._new("BIO_s_mem")) for _ in range(2))
        self._tls = self._new("SSL_new", context)
        self._call("SSL_set_bio", self._tls, self._in, self._out)
        self._call("SSL_set_connect_state", self._tls)

    def shake_hands(self) -> bool:
        """Go on with the handshake, as far as there is data. True: it is done."""
        return self._call("SSL_do_handshake", self._tls) == 1

    def change_keys(self) -> None:
        assert self._call("SSL_key_update", self._tls, _REQUESTED) == 1
        self.shake_hands()

    def send(self, data: bytes) -> None:
        assert self._call("SSL_write", self._tls, data, len(data)) == len(data)

    def hears(self, data: bytes) -> None:
        self._call("BIO_write", self._in, data, len(data))

    def says(self) -> bytes:
        buffer = ctypes.create_string_buffer(_FULL)
        said = b""
        while (count := self._call("BIO_read", self._out, buffer, _FULL)) > 0:
            said += buffer.raw[:count]
        return said

    def _new(self, name: str, *given: Any) -> ctypes.c_void_p:
        made = getattr(self._lib, name)
        made.restype = ctypes.c_void_p
        return ctypes.c_void_p(made(*given))

    def _call(self, name: str, *given: Any) -> int:
        return int(getattr(self._lib, name)(*given))
