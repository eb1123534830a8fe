"""The ID token: the signed sentence in which an identity provider says who somebody is."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from observations.access import Role

ALGORITHMS: Final = ("RS256", "PS256", "ES256")
"""Signatures by a key that the provider alone has: neither none nor what can be made with a secret that we have too."""
LEEWAY_S: Final = 60
"""By which the provider's clock may differ from ours."""
ABOUT_THE_TOKEN: Final = frozenset("iss sub aud exp nbf iat nonce azp at_hash".split())
"""The claims that are checked. Of the others only the role is looked at."""

Claims = dict[str, Any]


class Refused(Exception):
    """The provider's answer does not prove who somebody is. The text says which check failed, and quotes nothing."""


@dataclass(frozen=True)
class Expected:
    """What an ID token is compared with."""

    issuer: str
    client_id: str
    nonce: str
    access_token: str | None
    at: datetime


Verify = Callable[[str, KeySet, Expected], Claims]


def verified(id_token: str, keys: KeySet, expected: Expected) -> Claims:
    """The claims of an ID token that holds: signature, issuer, audience, times and nonce. Raises Refused.

    InvalidKeyIdError comes out as it is: the key may be newer than those remembered. Source: OpenID Connect Core
    3.1.3.7; of several audiences none is trusted but this service.
    """
    try:
        registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
        token = jwt.decode(id_token, keys, registry=registry)
        about = {name: value for name, value in token.claims.items() if name in ABOUT_THE_TOKEN}
        options: dict[str, Any] = {
            "iss": {"essential": True, "value": expected.issuer},
            "aud": {"essential": True, "value": expected.client_id},
            "sub": {"essential": True},
        }
        given = {"client_id": expected.client_id, "nonce": expected.nonce, "access_token": expected.access_token}
        CodeIDToken(about, token.header, options, given).validate(now=int(expected.at.timestamp()), leeway=LEEWAY_S)
    except InvalidKeyIdError:
        raise
    except JoseError as error:
        raise Refused(f"ID token: {error.error}{_claim_of(error)}") from None
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise Refused(f"ID token: {type(error).__name__}") from None
    if token.claims["aud"] not in (expected.client_id, [expected.client_id]):
        raise Refused("ID token: other audiences")
    return token.claims


def role_of(claims: Claims, claim: str, roles: tuple[tuple[str, str], ...]) -> Role | None:
    """The first of the roles whose value the claim holds, as a text or in a list; None when it holds none.

    The claim may lie within others, with dots between their names; a name that has dots itself is found first.
    """
    found: Any = claims.get(claim)
    if found is None:
        found = claims
        for name in claim.split("."):
            found = found.get(name) if isinstance(found, dict) else None
    values = [found] if isinstance(found, str) else found if isinstance(found, list) else []
    return next((Role(role) for value, role in roles if value in values), None)


def _claim_of(error: JoseError) -> str:
    """The name of the claim that was wrong, where it is one that every token has."""
    claim = getattr(error, "claim", None)
    return f" ({claim})" if claim in ABOUT_THE_TOKEN else ""
