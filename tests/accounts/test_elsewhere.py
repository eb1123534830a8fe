"""Another server is asked only over a connection that proves whose it is."""

import datetime as dt
import ipaddress
import ssl
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from observations.accounts.elsewhere import Away, Bounded, Patience
from observations.clock import now
from tests.accounts.provider import Answering, IdentityProvider, running


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for this machine that no authority has signed, with its key in the same file."""
    key, at = ec.generate_private_key(ec.SECP256R1()), now()
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "loopback")])
    own = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    built = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), at, at + dt.timedelta(1))
    signed = built.add_extension(own, critical=False).sign(key, hashes.SHA256())
    path = tmp_path / "certificate.pem"
    plain = serialization.NoEncryption()
    pem = serialization.Encoding.PEM
    path.write_bytes(signed.public_bytes(pem) + key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    return path


def test_whoever_cannot_prove_who_it_is_is_not_asked(certificate: Path) -> None:
    """A computer between this one and the provider learns nothing. Control: with its certificate known it answers."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    provider = IdentityProvider(now)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (Answering,), {"provider": provider}))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    address = f"https://127.0.0.1:{server.server_port}/keys"
    with running(server), requests.Session() as session:
        session.mount("https://", Bounded())
        with pytest.raises(Away, match="SSLError"):
            Patience().wait_for(lambda: session.get(address))
        assert [] == provider.asked
        assert 200 == session.get(address, verify=str(certificate)).status_code


def test_what_goes_wrong_in_the_work_comes_out() -> None:
    """A fault of ours is not taken for the provider's, and its place is free again."""
    patience = Patience(at_once=1)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            patience.wait_for(lambda: 1 // 0)

    assert 1 == patience.wait_for(lambda: 1)
