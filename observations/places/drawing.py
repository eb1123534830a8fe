"""The map as an SVG; to be written by its room."""

from config import Settings


def map_svg(
    settings: Settings,
    bbox: tuple[float, float, float, float],
    width_px: int,
    height_px: int,
    points: object = (),
) -> str:
    """Empty for now."""
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width_px} {height_px}"></svg>'
