# SPDX-License-Identifier: EUPL-1.2
"""An identity provider of our own on 127.0.0.1, as OpenID Connect wants it: a token for a code, who it is, and the key
that tokens are signed with."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm


class Provider:
    """What the provider answers next: who comes (userinfo), and what stands in the token beside."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.userinfo: dict[str, Any] = {}
        self.token: dict[str, Any] = {}
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def speaks_of(self, username: str, nonce: str, **token: Any) -> None:
        """Let the next sign-in be this user's; token is what is to differ in the token."""
        self.userinfo = {"sub": username, "preferred_username": username}
        self.token = {
            "iss": self.address, "aud": "styr", "sub": username, "nonce": nonce, "exp": time.time() + 60, **token,
        }  # fmt: skip

    def answer(self, path: str) -> dict[str, Any]:
        """What is said at a path."""
        if path == "/keys":
            return {"keys": [{**json.loads(RSAAlgorithm.to_jwk(self.key.public_key())), "kid": "k1", "alg": "RS256"}]}
        if path == "/token":
            signed = jwt.encode(self.token, self.key, algorithm="RS256", headers={"kid": "k1"})
            return {"access_token": "a", "id_token": signed, "token_type": "Bearer"}
        return self.userinfo


@contextmanager
def running_provider() -> Iterator[Provider]:
    """A provider that answers until the context is left."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._say(provider.answer(self.path))

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self._say(provider.answer(self.path))

        def _say(self, said: dict[str, Any]) -> None:
            text = json.dumps(said).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, format: str, *arguments: Any) -> None:
            """Nothing is told."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider = Provider(f"http://127.0.0.1:{server.server_port}")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
