# SPDX-License-Identifier: EUPL-1.2
"""A SAML identity provider of our own: pysaml2's server with a key made for the occasion. It answers in the process, as
what it says goes by the browser and nothing by the network."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from saml2 import BINDING_HTTP_REDIRECT
from saml2.config import IdPConfig
from saml2.metadata import entity_descriptor
from saml2.saml import NAMEID_FORMAT_UNSPECIFIED, NameID
from saml2.server import Server
from saml2.xmldsig import DIGEST_SHA256, SIG_RSA_SHA256

NAME = "https://login.example.dk/metadata"
ADDRESS = "http://testserver"


class Provider:
    """A provider in a folder; it has to be told of Styr (knows) before it answers."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder, self.metadata = folder, folder / "provider.xml"
        _make_key(folder)
        self.metadata.write_text(str(entity_descriptor(self._config())), encoding="utf-8")

    def knows(self, styr: bytes) -> None:
        """Tell it of Styr, by Styr's metadata."""
        (self.folder / "styr.xml").write_bytes(styr)
        self.server = Server(config=self._config(str(self.folder / "styr.xml")))

    def asked(self, address: str) -> str:
        """The number of the question that a browser is sent to an address with."""
        words = parse_qs(urlsplit(address).query)
        return str(self.server.parse_authn_request(words["SAMLRequest"][0], BINDING_HTTP_REDIRECT).message.id)

    def says(self, username: str, asked: str, **told: Any) -> str:
        """The answer to a question, as the browser carries it; told is what is to differ from a right one."""
        said = {
            "identity": {"uid": [username]},
            "in_response_to": asked,
            "destination": f"{ADDRESS}/log-ind/saml/svar/",
            "sp_entity_id": f"{ADDRESS}/log-ind/saml/metadata.xml",
            "name_id": NameID(format=NAMEID_FORMAT_UNSPECIFIED, text=username),
            "authn": {"class_ref": "urn:oasis:names:tc:SAML:2.0:ac:classes:Password", "authn_auth": NAME},
            "sign_assertion": True,
            "sign_alg": SIG_RSA_SHA256,
            "digest_alg": DIGEST_SHA256,
            "sign_response": False,
            **told,
        }
        return base64.b64encode(str(self.server.create_authn_response(**said)).encode()).decode()

    def _config(self, styr: str = "") -> IdPConfig:
        config = IdPConfig()
        sign_on = (f"{NAME}/sso", BINDING_HTTP_REDIRECT)
        said = {
            "entityid": NAME,
            "key_file": str(self.folder / "key.pem"),
            "cert_file": str(self.folder / "certificate.pem"),
            "service": {"idp": {"endpoints": {"single_sign_on_service": [sign_on]}}},
            **({"metadata": {"local": [styr]}} if styr else {}),
        }
        config.load(said)
        return config


def _make_key(folder: Path) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "login.example.dk")])
    now = datetime.now(UTC)
    certificate = x509.CertificateBuilder(
        name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(1)
    )
    plain = (serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption())
    (folder / "key.pem").write_bytes(key.private_bytes(*plain))
    signed = certificate.sign(key, hashes.SHA256())
    (folder / "certificate.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
