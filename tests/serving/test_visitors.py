"""The demo page answers its own visitors, and no page of another site."""

import asyncio
import socket

import pytest

from keras_gan.serving.visitors import OwnVisitors


def status(host, origin=None, kind="http", name="localhost"):
    """The status of an answer: the application's 200, or another."""
    sent = []

    async def app(scope, receive, send):
        await send({"status": 200})

    async def send(message):
        sent.append(message)

    headers = [(b"host", host.encode())] + ([(b"origin", origin.encode())] if origin else [])
    asyncio.run(OwnVisitors(app, name)({"type": kind, "headers": headers}, None, send))
    return sent[0].get("status") or sent[0]["type"]


@pytest.mark.parametrize(
    "host", ["127.0.0.1:7860", "localhost:7860", "192.168.0.7:7860", "[::1]:7860", "localhost"]
)
def test_its_own_visitors_are_answered(host):
    assert status(host) == status(host, f"http://{host}") == 200


def test_the_names_of_the_machine_and_of_the_option_are_answered():
    assert status(f"{socket.gethostname().upper()}:7860") == 200
    assert status("demo.example:7860", name="demo.example") == 200


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("127.0.0.1:7860", "https://evil.example"),
        ("127.0.0.1:7860", "http://127.0.0.1:8000"),
        ("127.0.0.1:7860", "null"),
        ("evil.example:7860", "http://evil.example:7860"),  # DNS rebinding
        ("evil.example:7860", None),
        ("localhost.evil.example", None),
        ("", None),
    ],
)
def test_pages_of_other_sites_are_refused(host, origin):
    assert status(host, origin) == 403
    assert status(host, origin, "websocket") == "websocket.close"
