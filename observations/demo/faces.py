"""Draws a face of nobody: for the made-up municipality, and for tests that need one without any person's picture."""

from PIL import Image, ImageDraw, ImageFilter

HAIR, SKIN, SHADE = (50, 34, 24), (222, 172, 142), (196, 146, 118)
WHITE, LIPS, BETWEEN_LIPS = (245, 240, 235), (164, 74, 70), (110, 40, 40)


def draw_face(picture: Image.Image, across: float, down: float, height: float) -> None:
    """A head seen from the front, `height` pixels from chin to hair, its middle at that pixel."""
    radius = height / 2
    head = Image.new("RGB", (int(4 * radius), int(4 * radius)), SHADE)
    _draw(ImageDraw.Draw(head), 2 * radius, 2 * radius, height)
    mask = Image.new("L", head.size)
    edges = ImageDraw.Draw(mask)
    edges.ellipse((1.15 * radius, 0.85 * radius, 2.85 * radius, 3 * radius), fill=255)
    edges.rectangle((1.7 * radius, 2.6 * radius, 2.3 * radius, 3.2 * radius), fill=255)
    soft = ImageFilter.GaussianBlur(height / 90)
    picture.paste(head.filter(soft), (int(across - 2 * radius), int(down - 2 * radius)), mask.filter(soft))


def _draw(pen: ImageDraw.ImageDraw, x: float, y: float, height: float) -> None:
    """Every measure is a share of the head's height."""

    def oval(left: float, top: float, right: float, bottom: float, colour: tuple[int, int, int]) -> None:
        pen.ellipse((x + left * height, y + top * height, x + right * height, y + bottom * height), fill=colour)

    def line(left: float, right: float, at: float, colour: tuple[int, int, int], width: float) -> None:
        ends = (x + left * height, y + at * height, x + right * height, y + at * height)
        pen.line(ends, fill=colour, width=max(1, round(width * height)))

    oval(-0.42, -0.58, 0.42, 0.2, HAIR)
    oval(-0.37, -0.5, 0.37, 0.5, SKIN)
    pen.chord((x - 0.37 * height, y - 0.52 * height, x + 0.37 * height, y + 0.2 * height), 200, 340, fill=HAIR)
    for side in (-0.17, 0.17):
        oval(side - 0.085, -0.105, side + 0.085, -0.015, WHITE)
        oval(side - 0.038, -0.102, side + 0.038, -0.018, HAIR)
        line(side - 0.11, side + 0.11, -0.175, HAIR, 0.03)
    oval(-0.05, -0.04, 0.05, 0.16, SHADE)
    oval(-0.13, 0.24, 0.13, 0.32, LIPS)
    line(-0.12, 0.12, 0.28, BETWEEN_LIPS, 0.012)
