"""The instance's secret is made whole, once, and for its owner's eyes."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from observations.web import secret_key
from observations.web.runtime import SecretUnusable


def test_all_who_start_together_have_the_same_secret(tmp_path: Path) -> None:
    """Else a report that is sent again to another process would be another report."""
    for n in range(20):
        instance = tmp_path / str(n)
        with ThreadPoolExecutor(8) as pool:
            assert 1 == len(set(pool.map(lambda _, where=instance: secret_key(where), range(8))))
        assert ["secret"] == [path.name for path in instance.iterdir()]


def test_nobody_else_can_read_it(tmp_path: Path) -> None:
    """Readable by its owner only, and 256 bits."""
    assert 32 == len(secret_key(tmp_path))
    assert 0o600 == (tmp_path / "secret").stat().st_mode & 0o777


@pytest.mark.parametrize("left", [b"", b"half of it"])
def test_half_a_secret_is_refused(tmp_path: Path, left: bytes) -> None:
    """Keyed with nothing, a digest of a report could be guessed: better no service than that."""
    (tmp_path / "secret").write_bytes(left)

    with pytest.raises(SecretUnusable):
        secret_key(tmp_path)
