"""The keys of notices: links that only this service makes, webhooks signed for their receiver."""

import base64
import hashlib
import hmac
import secrets
from typing import Final

from monitor.adapters.deliver import new_key, public_key
from monitor.adapters.store import Store
from monitor.adapters.store.questions import notices

KEY: Final = "notices"
VAPID: Final = "vapid"


class Seals:
    """Makes and checks seals.

    url     base address of the links
    vapid   the private key with which this service pushes to browsers
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._key = b""
        self.vapid = ""
        self.url = ""

    async def load(self) -> None:
        made = secrets.token_urlsafe(32)
        self._key = (await self._store.write(notices.key, KEY, made)).encode()
        self.vapid = await self._store.write(notices.key, VAPID, new_key())

    @property
    def push_key(self) -> str:
        """The public key with which a browser subscribes."""
        return public_key(self.vapid)

    def signing_key(self, contact: int) -> bytes:
        """Return the key that signs this contact's webhooks: hexadecimal, as the administrator
        sees it."""
        whole = hmac.new(self._key, f"contact {contact}".encode(), hashlib.sha256)
        return whole.hexdigest().encode()

    def link(self, message: str) -> str:
        return f"{self.url}/n/{message}.{self.seal(f'link {message}')}"

    def unsealed(self, token: str) -> str | None:
        """Return the message of a link; None: the link is not one of ours."""
        message, _, seal = token.rpartition(".")
        right = self.seal(f"link {message}").encode()
        return message if hmac.compare_digest(seal.encode("utf-8", "replace"), right) else None

    def seal(self, text: str) -> str:
        """Return a proof that this text is of this service. text: begins with its purpose."""
        whole = hmac.new(self._key, text.encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(whole[:18]).decode()
