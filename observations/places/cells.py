"""A point as one integer: z-order (Morton) over Web Mercator, so that a square of the map is a range of numbers.

Source: Morton 1966; EPSG:3857. The same arithmetic on SQLite and PostgreSQL: a cell at zoom z is `cell >> (60 - 2z)`.
"""

import math

DEPTH = 30
"""Bits per axis: about 4 cm at the equator."""
MAX_LATITUDE = 85.0511287798066


def cell(latitude: float, longitude: float) -> int:
    """The 60-bit cell of a WGS 84 point; latitudes beyond Web Mercator's edge are moved to it."""
    x, y = unit_square(latitude, longitude)
    top = (1 << DEPTH) - 1
    return spread(min(top, int(x * (1 << DEPTH)))) | spread(min(top, int(y * (1 << DEPTH)))) << 1


def unit_square(latitude: float, longitude: float) -> tuple[float, float]:
    """Web Mercator within 0–1: x grows eastwards, y southwards."""
    latitude = max(-MAX_LATITUDE, min(MAX_LATITUDE, latitude))
    x = (longitude + 180.0) / 360.0 % 1.0
    y = (1.0 - math.asinh(math.tan(math.radians(latitude))) / math.pi) / 2.0
    return x, min(1.0, max(0.0, y))


def spread(value: int) -> int:
    """The 30 bits of a number on every second place."""
    value = (value | value << 32) & 0x00000000FFFFFFFF
    value = (value | value << 16) & 0x0000FFFF0000FFFF
    value = (value | value << 8) & 0x00FF00FF00FF00FF
    value = (value | value << 4) & 0x0F0F0F0F0F0F0F0F
    value = (value | value << 2) & 0x3333333333333333
    return (value | value << 1) & 0x5555555555555555


def every_second(value: int) -> int:
    """The bits at even places, put together: what `spread` has pulled apart."""
    value &= 0x5555555555555555
    value = (value | value >> 1) & 0x3333333333333333
    value = (value | value >> 2) & 0x0F0F0F0F0F0F0F0F
    value = (value | value >> 4) & 0x00FF00FF00FF00FF
    value = (value | value >> 8) & 0x0000FFFF0000FFFF
    return (value | value >> 16) & 0x00000000FFFFFFFF
