"""A site on this machine, which tests of downloads read."""

import functools
import http.server
import shutil
import ssl
import subprocess
import threading
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """A certificate of 127.0.0.1 that only this session trusts, and its key, in one file."""
    if shutil.which("openssl") is None:
        pytest.skip("needs the command openssl")
    path = tmp_path_factory.mktemp("certificate") / "127.0.0.1.pem"
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext"
    names = ["subjectAltName=IP:127.0.0.1", "-keyout", path, "-out", f"{path}.crt"]
    subprocess.run([*command.split(), *names], check=True, capture_output=True)
    path.write_text(path.read_text() + Path(f"{path}.crt").read_text())
    return path


@pytest.fixture
def https_site(tmp_path, certificate, monkeypatch):
    """A site on this machine: (its address, its folder, the paths it was asked for).

    An address SITE/to/URL redirects to URL.
    """
    folder, requests = tmp_path / "site", []
    folder.mkdir()

    class Handler(http.server.SimpleHTTPRequestHandler):
        def do_GET(self):
            if not self.path.startswith("/to/"):
                return super().do_GET()
            self.send_response(302)
            self.send_header("Location", self.path.removeprefix("/to/"))
            self.end_headers()

        def log_message(self, *args):
            requests.append(self.path)

    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Handler, directory=folder)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda request, client: None  # clients that hang up
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    yield f"https://127.0.0.1:{server.server_port}", folder, requests
    server.shutdown()
    thread.join()
    server.server_close()
