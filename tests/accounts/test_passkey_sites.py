"""At which addresses browsers allow passkeys."""

import pytest

from config import Settings
from observations.accounts import passkeys
from observations.accounts.authenticators import Site, site_of


@pytest.mark.parametrize(
    ("scheme", "rest", "name", "beside"),
    [
        ("https", "ogon.example.se", "ogon.example.se", ""),
        ("https", "OGON.Example.se:443/sub", "ogon.example.se", ""),
        ("https", "ogon.example.se:8443", "ogon.example.se", ":8443"),
        ("https", "ögon.example.se", "xn--gon-rna.example.se", ""),
        ("https", "1000ogon", "1000ogon", ""),
        ("http", "localhost:8000", "localhost", ":8000"),
        ("http", "localhost:80", "localhost", ""),
    ],
)
def test_a_name_with_tls_is_a_site(scheme: str, rest: str, name: str, beside: str) -> None:
    """Name and origin are written as the browser writes them."""
    assert Site(name, f"{scheme}://{name}{beside}") == site_of(Settings(base_url=f"{scheme}://{rest}"))


@pytest.mark.parametrize(
    ("scheme", "rest"),
    [
        ("http", "ogon.example.se"),
        ("http", "127.0.0.1:8000"),
        ("https", "127.0.0.1"),
        ("https", "[::1]:8000"),
        ("https", "192.0.2.7"),
        ("https", "0x7f.1"),
        ("https", "3221225985"),
        ("https", ""),
        ("https", "ogon.example.se:port"),
        ("https", f"{'a' * 64}.example.se"),
        ("https", "[oops"),
        ("ftp", "localhost"),
        ("", "localhost"),
    ],
)
def test_elsewhere_browsers_allow_no_passkeys(scheme: str, rest: str) -> None:
    """Without TLS, or at a number, there is no button that could not work."""
    assert not passkeys.possible(Settings(base_url=f"{scheme}://{rest}"))


def test_words_that_are_no_address_are_no_site() -> None:
    """A setting that somebody typed wrongly breaks no page."""
    assert not passkeys.possible(Settings(base_url="localhost"))
