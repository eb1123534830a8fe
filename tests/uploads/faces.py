"""Photos with a face in them that is nobody's."""

from io import BytesIO

from PIL import Image

from observations.demo.faces import draw_face

WIDTH, HEIGHT = 800, 600
MIDDLE = (0.5, 0.5)


def a_photo_of_a_face(
    height_px: int = 160, middle: tuple[float, float] = MIDDLE, size: tuple[int, int] = (WIDTH, HEIGHT)
) -> bytes:
    """A face of that height before a grey wall, its middle in fractions of the picture."""
    wall = Image.new("RGB", size, (120, 130, 120))
    draw_face(wall, middle[0] * size[0], middle[1] * size[1], height_px)
    return _saved(wall)


def a_photo_of_a_wall(size: tuple[int, int] = (WIDTH, HEIGHT)) -> bytes:
    """The same without the face."""
    return _saved(Image.new("RGB", size, (120, 130, 120)))


def _saved(picture: Image.Image) -> bytes:
    target = BytesIO()
    picture.save(target, "JPEG", quality=92)
    return target.getvalue()
