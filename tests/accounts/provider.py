"""An identity provider on loopback that speaks OpenID Connect for real, with a switch for everything it can do wrong.

Sources: OpenID Connect Core and Discovery 1.0; RFC 6749, 7636 and 9207.
"""

import base64
import hashlib
import hmac
import json
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote_plus, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

CLIENT_ID = "ogon/å"
CLIENT_SECRET = "hemlig: 100 % + mera"
"""Both with signs that have to be escaped on their way."""
LASTS_S = 300
MISSING = object()
"""In the place of a claim: leave it out."""

PAGE = """<!doctype html><html lang="sv"><head><meta charset="utf-8"><title>Inloggning</title></head>
<body><main><h1>Almhamra kommun</h1>
<form method="post" action="/login?{query}"><button>Logga in</button></form></main></body></html>"""


def coded(content: bytes) -> str:
    """In base64url without padding, as tokens are written."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


@cache
def rsa_key(name: str = "first") -> RSAKey:
    """A key of that name, the same one in the whole run: making one takes half a second."""
    return RSAKey.generate_key(2048, {"kid": name, "use": "sig"})


@cache
def ec_key() -> ECKey:
    """The provider's other key."""
    return ECKey.generate_key("P-256", {"kid": "curve", "use": "sig"})


@dataclass
class Switches:
    """What the provider does otherwise than it should."""

    claims: dict[str, Any] = field(default_factory=dict)
    """In the place of, or beside, those of the honest token."""
    sign: Callable[[dict[str, Any]], str] | None = None
    """How the claims become a token; by the first key with RS256 when nothing is said."""
    answer: dict[str, str] = field(default_factory=dict)
    """In the place of, or beside, what the browser honestly brings back."""
    discovery: dict[str, Any] = field(default_factory=dict)
    keys: dict[str, Any] | None = None
    """In the place of the key set."""
    token: Callable[["Answering"], None] | None = None
    """In the place of the token endpoint's answer."""


def a_coordinator() -> dict[str, Any]:
    """What the provider knows of somebody."""
    return {"sub": "anna-4711", "roles": ["ogon-samordnare"]}


@dataclass
class Authorization:
    """What the browser was sent with, kept until its code is used."""

    query: dict[str, str]
    claims: dict[str, Any]


class IdentityProvider:
    """Knows one person at a time: whoever signs in is `person`, the claims that the provider has of them."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.clock = clock
        self.person = a_coordinator()
        self.switches = Switches()
        self.key = rsa_key()
        self.asked: list[str] = []
        """Paths, with their queries."""
        self.bodies: list[dict[str, str]] = []
        """What came to the token endpoint."""
        self.tokens: list[str] = []
        """ID tokens handed out."""
        self.stopping = threading.Event()
        self.address = ""
        self._codes: dict[str, Authorization] = {}

    def discovery(self) -> dict[str, Any]:
        """What the provider says of itself."""
        return {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256", "ES256"],
            "authorization_response_iss_parameter_supported": True,
        } | self.switches.discovery

    def key_set(self) -> dict[str, Any]:
        """The public halves of its keys."""
        return self.switches.keys or dict(KeySet([self.key, ec_key()]).as_dict(private=False))

    def signed_in(self, query: dict[str, str]) -> str:
        """The address that the browser is sent back to after the person has signed in."""
        assert query["response_type"] == "code"
        assert query["code_challenge_method"] == "S256"
        assert query["client_id"] == CLIENT_ID
        code = secrets.token_urlsafe(16)
        self._codes[code] = Authorization(query, dict(self.person))
        answer = {"code": code, "state": query["state"], "iss": self.address} | self.switches.answer
        return f"{query['redirect_uri']}?{urlencode(answer)}"

    def redeemed(self, body: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """The token endpoint's status and answer."""
        self.bodies.append(body)
        if not self._is_client(body, authorization):
            return 401, {"error": "invalid_client"}
        begun = self._codes.pop(body.get("code", ""), None)
        if begun is None or body.get("redirect_uri") != begun.query["redirect_uri"]:
            return 400, {"error": "invalid_grant", "error_description": CLIENT_SECRET}
        digest = hashlib.sha256(body.get("code_verifier", "").encode()).digest()
        if begun.query["code_challenge"] != coded(digest):
            return 400, {"error": "invalid_grant"}
        access_token = secrets.token_urlsafe(16)
        self.tokens.append(self.id_token(begun, access_token))
        answer = {"access_token": access_token, "token_type": "Bearer", "expires_in": LASTS_S}
        return 200, answer | {"id_token": self.tokens[-1]}

    def id_token(self, begun: Authorization, access_token: str) -> str:
        """Who signed in, in the provider's hand."""
        at = int(self.clock().timestamp())
        half = hashlib.sha256(access_token.encode()).digest()[:16]
        claims = {
            "iss": self.address,
            "aud": CLIENT_ID,
            "azp": CLIENT_ID,
            "iat": at,
            "exp": at + LASTS_S,
            "nonce": begun.query.get("nonce"),
            "at_hash": coded(half),
        }
        claims |= begun.claims | self.switches.claims
        claims = {name: value for name, value in claims.items() if value is not MISSING}
        return (self.switches.sign or self.by_rsa)(claims)

    def by_rsa(self, claims: dict[str, Any]) -> str:
        """Signed as most providers do."""
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)

    def by_pss(self, claims: dict[str, Any]) -> str:
        """Signed by the same key in the newer way."""
        return jwt.encode({"alg": "PS256", "kid": self.key.kid}, claims, self.key, algorithms=["PS256"])

    def by_curve(self, claims: dict[str, Any]) -> str:
        """Signed by the other key."""
        return jwt.encode({"alg": "ES256", "kid": ec_key().kid}, claims, ec_key())

    def by_nobody(self, claims: dict[str, Any]) -> str:
        """Not signed: alg is none."""
        return self._unsigned("none", claims) + "."

    def by_public_key(self, claims: dict[str, Any]) -> str:
        """With HS256 and what everybody knows as the secret."""
        return self._by_secret(claims, self.key.as_pem(private=False))

    def by_client_secret(self, claims: dict[str, Any]) -> str:
        """With HS256 and what this service knows as well as the provider."""
        return self._by_secret(claims, CLIENT_SECRET.encode())

    def by_another_key(self, claims: dict[str, Any]) -> str:
        """By a key of somebody else's, under the name of the provider's own."""
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, rsa_key("second"))

    def by_unknown_key(self, claims: dict[str, Any]) -> str:
        """By a key that is in no key set."""
        return jwt.encode({"alg": "RS256", "kid": "second"}, claims, rsa_key("second"))

    def by_key_in_header(self, claims: dict[str, Any]) -> str:
        """By a key that the token itself brings along."""
        public = rsa_key("second").as_dict(private=False)
        return jwt.encode({"alg": "RS256", "kid": self.key.kid, "jwk": public}, claims, rsa_key("second"))

    def _by_secret(self, claims: dict[str, Any], secret: bytes) -> str:
        unsigned = self._unsigned("HS256", claims)
        return f"{unsigned}.{coded(hmac.new(secret, unsigned.encode(), hashlib.sha256).digest())}"

    def _unsigned(self, algorithm: str, claims: dict[str, Any]) -> str:
        header = {"alg": algorithm, "kid": self.key.kid}
        return ".".join(coded(json.dumps(part).encode()) for part in (header, claims))

    def _is_client(self, body: dict[str, str], authorization: str) -> bool:
        if authorization.startswith("Basic "):
            name, _, secret = base64.b64decode(authorization[6:]).decode().partition(":")
            return (unquote_plus(name), unquote_plus(secret)) == (CLIENT_ID, CLIENT_SECRET)
        return (body.get("client_id"), body.get("client_secret")) == (CLIENT_ID, CLIENT_SECRET)


class Answering(BaseHTTPRequestHandler):
    """One request to the provider."""

    provider: IdentityProvider
    disable_nagle_algorithm = True  # else each answer takes 40 ms more

    def do_GET(self) -> None:  # the library's own name
        """Discovery, keys, and the page on which a person signs in."""
        self.provider.asked.append(self.path)
        path, query = urlsplit(self.path).path, urlsplit(self.path).query
        if path == "/.well-known/openid-configuration":
            self.send(200, self.provider.discovery())
        elif path == "/keys":
            self.send(200, self.provider.key_set())
        elif path == "/authorize":
            self.send(200, PAGE.format(query=query.replace("&", "&amp;")))
        else:
            self.send(204 if path == "/favicon.ico" else 404, "")

    def do_POST(self) -> None:  # the library's own name
        """The person has pressed the button, or the service asks for a token."""
        self.provider.asked.append(self.path)
        body = dict(parse_qsl(self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()))
        if urlsplit(self.path).path == "/login":
            self.send(302, "", Location=self.provider.signed_in(dict(parse_qsl(urlsplit(self.path).query))))
        elif self.provider.switches.token:
            self.provider.bodies.append(body)
            self.provider.switches.token(self)
        else:
            self.send(*self.provider.redeemed(body, self.headers.get("Authorization", "")))

    def send(self, status: int, content: Any, **headers: str) -> None:
        """A page, or JSON."""
        text = content if isinstance(content, str) else json.dumps(content)
        sent = text.encode()
        self.send_response(status)
        kind = "text/html; charset=utf-8" if isinstance(content, str) else "application/json"
        for name, value in {"Content-Type": kind, "Content-Length": str(len(sent)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(sent)

    def log_message(self, format: str, *_words: Any) -> None:
        """Says nothing."""


@contextmanager
def serving(provider: IdentityProvider) -> Iterator[None]:
    """The provider answers at its address until the block ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (Answering,), {"provider": provider}))
    provider.address = f"http://127.0.0.1:{server.server_port}"
    with running(server):
        try:
            yield
        finally:
            provider.stopping.set()


@contextmanager
def running(server: ThreadingHTTPServer) -> Iterator[None]:
    """The server answers until the block ends."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
