"""Room for names on a drawn map."""

from observations.places import labels


def test_names_do_not_lie_over_each_other() -> None:
    """Room is taken once, within the frame only."""
    taken = labels.Taken(200, 100)

    assert taken.take(100, 50, 60, 12, 0)
    assert not taken.take(110, 52, 60, 12, 30)
    assert not taken.take(195, 50, 60, 12, 0)
    assert taken.take(100, 80, 60, 12, 0)
