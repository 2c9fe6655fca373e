"""Visitors of a local page: requests from pages of other sites are refused."""

import ipaddress
import socket
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

REFUSED = (
    b"This page answers to its own visitors only, at its address, localhost or this machine's name."
)


class OwnVisitors:
    """ASGI middleware that refuses, with status 403, what a page of another site sends.

    Its Origin is not the Host that is asked. A site that has its own name lead to this machine (DNS
    rebinding) asks for that name: only numeric addresses, localhost, and the name of this machine are Hosts
    of the page.

    Args:
        app: the ASGI application.
        name: a further name of the Host: the one that the page listens on.
    """

    def __init__(self, app: Callable[..., Awaitable[None]], name: str = "localhost"):
        self.app = app
        own = socket.gethostname()
        self.names = {"localhost", name.lower(), own.lower(), f"{own.lower()}.local"}

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any):
        """Handles a request."""
        if scope["type"] not in ("http", "websocket") or self._is_own(dict(scope["headers"])):
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            headers = [(b"content-type", b"text/plain; charset=utf-8")]
            await send({"type": "http.response.start", "status": 403, "headers": headers})
            await send({"type": "http.response.body", "body": REFUSED})

    def _is_own(self, headers):
        host = headers.get(b"host", b"").decode("latin-1").lower()
        origin = headers.get(b"origin")
        if origin is not None and urlsplit(origin.decode("latin-1").lower()).netloc != host:
            return False
        name = urlsplit(f"//{host}").hostname or ""
        return name in self.names or _is_address(name)


def _is_address(name):
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
