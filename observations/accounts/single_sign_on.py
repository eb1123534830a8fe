"""Single sign-on by OpenID Connect: who somebody is, as the municipality's identity provider says it.

The protocol alone: no request, no database. Code flow with PKCE, state and nonce, one pinned issuer.
Sources: OpenID Connect Core and Discovery 1.0; RFC 6749 (OAuth 2.0), 7636 (PKCE), 9207 (issuer in the answer).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import quote_plus

from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from config import Settings, is_private_address
from observations.access import Role
from observations.accounts.elsewhere import Away, Bounded, Patience
from observations.accounts.id_tokens import Claims, Expected, Refused, Verify, role_of, verified
from observations.accounts.tokens import keyed, written

PATH: Final = "/sso/svar"
"""Where the provider sends people back to; registered there."""
FRESH: Final = timedelta(hours=1)
"""For how long the provider's endpoints and keys are remembered."""
ASK_AGAIN: Final = timedelta(minutes=1)
"""Between two looks for a key that is not among those remembered."""
CODE_CHARACTERS: Final = 4096
OAUTH_ERRORS: Final = frozenset(
    "invalid_request invalid_client invalid_grant unauthorized_client unsupported_grant_type invalid_scope".split()
)


@dataclass(frozen=True)
class Identity:
    """Somebody whom the provider knows. Lives as long as the request that asks."""

    subject: str
    role: Role | None
    """What the claim's values stand for here; None when they stand for nothing."""


@dataclass(frozen=True)
class Asked:
    """What was sent along and must come back: as a claim, and to the token endpoint."""

    nonce: str
    code_verifier: str

    @classmethod
    def with_state(cls, state: str, secret: bytes) -> "Asked":
        """What belongs to a state: made from it by the instance's secret each time, so that it is kept nowhere."""
        return cls(*(written(keyed(secret, purpose, state)) for purpose in ("sign-on nonce", "sign-on code verifier")))


@dataclass(frozen=True)
class Endpoints:
    """What the provider's discovery document says, as far as it matters here."""

    authorization: str
    token: str
    keys: str
    secret_in_body: bool
    """How this service proves itself: in the body, which can be read in one way only, or else in a header."""
    names_issuer: bool
    """Whether its answers carry the parameter `iss`."""


class Provider:
    """The municipality's identity provider, as the settings name it. Remembers its endpoints and keys for an hour."""

    def __init__(self, settings: Settings, *, verify: Verify = verified, patience: Patience | None = None) -> None:
        """Nothing is asked before the first sign-in."""
        self._settings = settings
        self._verify = verify
        self._patience = patience or Patience()
        self._known: tuple[Endpoints, datetime] | None = None
        self._keys: tuple[KeySet, datetime] | None = None

    def endpoints(self, *, at: datetime) -> Endpoints:
        """Where to go and to ask; from the provider itself, once an hour. Raises Away."""
        if self._known is not None and _is_fresh(self._known[1], at, FRESH):
            return self._known[0]  # without a place in the queue of those who ask
        return self._patience.wait_for(lambda: self._endpoints_at(at))

    def authorization_address(self, endpoints: Endpoints, asked: Asked, state: str) -> str:
        """Where the browser goes to sign in; it comes back to PATH with the state."""
        with self._session() as session:
            address, _ = session.create_authorization_url(
                endpoints.authorization, state=state, nonce=asked.nonce, code_verifier=asked.code_verifier
            )
        return str(address)

    def identify(self, answer: Mapping[str, str], asked: Asked, *, at: datetime) -> Identity:
        """Who has signed in at the provider, from what the browser brought back. The state was checked before.

        Raises Refused, and Away when the provider cannot be asked.
        """
        return self._patience.wait_for(lambda: self._identify(answer, asked, at))

    def _identify(self, answer: Mapping[str, str], asked: Asked, at: datetime) -> Identity:
        settings, endpoints = self._settings, self._endpoints_at(at)
        if answer.get("iss", None if endpoints.names_issuer else settings.oidc_issuer) != settings.oidc_issuer:
            raise Refused("answer: another issuer")
        if "error" in answer:
            raise Refused("answer: an error")
        token = self._token(endpoints, answer.get("code", ""), asked)
        id_token, access_token = token.get("id_token"), token.get("access_token")
        if not isinstance(id_token, str):
            raise Refused("token request: no ID token")
        expected = Expected(
            issuer=settings.oidc_issuer,
            client_id=settings.oidc_client_id,
            nonce=asked.nonce,
            access_token=access_token if isinstance(access_token, str) else None,
            at=at,
        )
        claims = self._claims(endpoints, id_token, expected)
        return Identity(str(claims["sub"]), role_of(claims, settings.oidc_role_claim, settings.oidc_roles))

    def _claims(self, endpoints: Endpoints, id_token: str, expected: Expected) -> Claims:
        """The verified claims; for a key that is not known the keys are fetched once more, if it is not too soon."""
        try:
            return self._verify(id_token, self._keys_at(endpoints, expected.at, not_older_than=FRESH), expected)
        except InvalidKeyIdError:
            keys = self._keys_at(endpoints, expected.at, not_older_than=ASK_AGAIN)
        try:
            return self._verify(id_token, keys, expected)
        except InvalidKeyIdError:
            raise Refused("ID token: unknown key") from None

    def _token(self, endpoints: Endpoints, code: str, asked: Asked) -> Claims:
        if not 0 < len(code) <= CODE_CHARACTERS:
            raise Refused("answer: no code")
        client, secret = self._settings.oidc_client_id, self._settings.oidc_client_secret.get_secret_value()
        with self._session() as session:
            # RFC 6749, 2.3.1: in the header each of the two is form-encoded first.
            auth = None if endpoints.secret_in_body else (quote_plus(client), quote_plus(secret))
            try:
                token = session.fetch_token(
                    endpoints.token,
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=asked.code_verifier,
                    auth=auth,
                )
            except OAuthError as error:
                known = str(error.error) in OAUTH_ERRORS
                raise Refused(f"token request: {error.error if known else 'another error'}") from None
            except (ValueError, TypeError, ArithmeticError, RecursionError):
                raise Away("the token endpoint answers no JSON object") from None
        return dict(token)

    def _endpoints_at(self, at: datetime) -> Endpoints:
        if self._known is None or not _is_fresh(self._known[1], at, FRESH):
            address = self._settings.oidc_issuer.rstrip("/") + "/.well-known/openid-configuration"
            self._known = _endpoints_in(self._fetched(address), self._settings.oidc_issuer), at
        return self._known[0]

    def _keys_at(self, endpoints: Endpoints, at: datetime, *, not_older_than: timedelta) -> KeySet:
        if self._keys is None or not _is_fresh(self._keys[1], at, not_older_than):
            try:
                keys: Any = self._fetched(endpoints.keys)
                self._keys = KeySet.import_key_set(keys), at
            except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
                raise Away(f"keys: {type(error).__name__}") from None
        return self._keys[0]

    def _fetched(self, address: str) -> Claims:
        with self._session() as session:
            response = session.get(address, withhold_token=True)
            response.raise_for_status()
            try:
                found = response.json()
            except (ValueError, RecursionError):
                found = None
        if not isinstance(found, dict):
            raise Away("an endpoint answers no JSON object")
        return found

    def _session(self) -> Any:
        settings = self._settings
        session = OAuth2Session(
            settings.oidc_client_id,
            settings.oidc_client_secret.get_secret_value(),
            token_endpoint_auth_method="client_secret_post",  # noqa: S106  # the name of a method
            scope=settings.oidc_scope,
            redirect_uri=settings.base_url + PATH,
            code_challenge_method="S256",
        )
        session.headers["Accept-Encoding"] = "identity"  # what is read is bounded as it comes
        for scheme in ("https://", "http://"):
            session.mount(scheme, Bounded())
        return session


def _endpoints_in(document: Claims, issuer: str) -> Endpoints:
    """What a discovery document says. Raises Away when it is another issuer's or lacks something."""
    if document.get("issuer") != issuer:
        raise Away("discovery: another issuer")
    names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    authorization, token, keys = (str(document.get(name)) for name in names)
    if not all(is_private_address(address) for address in (authorization, token, keys)):
        raise Away("discovery: an endpoint is missing or not https")
    methods = document.get("token_endpoint_auth_methods_supported")
    return Endpoints(
        authorization=authorization,
        token=token,
        keys=keys,
        secret_in_body=isinstance(methods, list) and "client_secret_post" in methods,
        names_issuer=document.get("authorization_response_iss_parameter_supported") is True,
    )


def _is_fresh(fetched_at: datetime, at: datetime, not_older_than: timedelta) -> bool:
    return timedelta() <= at - fetched_at < not_older_than
