"""The sea, worked out from the shore."""

from observations.places.coast import Shore
from observations.places.sources import Box


def test_the_sea_is_to_the_right_of_the_shore() -> None:
    """A town by the sea is not drawn as dry land; an island in it is."""
    shore = Shore(Box(0, 0, 10, 10))
    shore.add([(4.0, 11.0), (5.0, 5.0), (4.0, -1.0)])  # southwards: sea in the west
    shore.add([(1.0, 1.0), (2.0, 1.0), (2.0, 2.0), (1.0, 1.0)])  # an island, against the clock
    (sea,) = shore.sea()

    assert 37 < sea.area < 46
    assert len(sea.interiors) == 1
    assert Shore(Box(0, 0, 10, 10)).sea() == []
