"""Photographs that nobody took: drawn scenes, one for each category, different every time and the same for a seed.

With backdrops.py the only file of the service outside uploads/ that touches Pillow: it makes pictures, and opens none.
"""

import io
import math
import random
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from observations.demo.backdrops import (
    DARK,
    GRASS,
    HEIGHT,
    HORIZON,
    SPRAYS,
    WIDTH,
    door,
    ground,
    plaster_wall,
    shade,
    wall,
    window,
)
from observations.demo.faces import draw_face
from observations.record.categories import Category

Scene = Callable[[ImageDraw.ImageDraw, random.Random], None]


def picture(category: Category, seed: int, *, poster: bool = False) -> bytes:
    """A JPEG of 1024 × 768 px, about 120 kB; some 60 ms. On a poster, if there is one, somebody looks at you."""
    chance = random.Random(f"{category}/{seed}")
    image = Image.new("RGB", (WIDTH, HEIGHT), (200, 206, 208))
    SCENES[category](ImageDraw.Draw(image, "RGBA"), chance)
    image = _as_if_seen(image, chance, night=category is Category.BEL)
    if poster:
        _poster(image)
    memory = io.BytesIO()
    image.save(memory, "JPEG", quality=84)
    return memory.getvalue()


def _poster(image: Image.Image) -> None:
    pen = ImageDraw.Draw(image)
    pen.rectangle((96, 150, 246, 370), fill=(226, 222, 208), outline=(120, 112, 96), width=3)
    draw_face(image, 171, 245, 120)
    for down in (328, 344):
        pen.line((116, down, 226, down), fill=(120, 112, 96), width=5)


def _as_if_seen(image: Image.Image, chance: random.Random, *, night: bool) -> Image.Image:
    """Soft edges, grain, and light that falls off towards a corner."""
    numbers = np.random.default_rng(chance.getrandbits(32))
    pixels = np.asarray(image.filter(ImageFilter.GaussianBlur(1.1)), dtype=np.float32)
    across, down = np.linspace(-1, 1, WIDTH)[None, :, None], np.linspace(-1, 1, HEIGHT)[:, None, None]
    light = 1.0 - 0.10 * across * chance.choice((-1, 1)) - 0.10 * down
    patches = Image.fromarray(numbers.integers(0, 255, (24, 32), dtype=np.uint8)).resize(
        (WIDTH, HEIGHT), Image.Resampling.BICUBIC
    )
    wear = (np.asarray(patches, dtype=np.float32)[:, :, None] - 127) * 0.09
    grain = numbers.normal(0, 7 if night else 4, (HEIGHT, WIDTH, 1))
    return Image.fromarray(np.clip(pixels * light + wear + grain, 0, 255).astype(np.uint8))


def _graffiti(draw: ImageDraw.ImageDraw, chance: random.Random) -> None:
    wall(draw, chance)
    if chance.random() < 0.7:
        window(draw, (680, 60, 880, 250))
    colour, x0, y0 = chance.choice(SPRAYS), chance.uniform(150, 300), chance.uniform(320, 400)
    turns, wide, high = chance.randint(3, 5), chance.uniform(420, 560), chance.uniform(80, 130)
    points = [
        (
            x0 + wide * t + 26 * math.sin(t * 31),
            y0 + high * math.sin(t * turns * math.tau) * (0.7 + 0.3 * math.sin(t * 5)),
        )
        for t in (n / 160 for n in range(161))
    ]
    for radius, tone in ((19, shade(colour, 0.35)), (13, colour)):
        for x, y in points:
            draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=tone)
    for x, y in points[10::34]:
        draw.line((x, y, x, y + chance.uniform(50, 110)), fill=colour, width=4)


def _damage(draw: ImageDraw.ImageDraw, chance: random.Random) -> None:
    wall(draw, chance)
    x, y = door(draw, chance)
    cx, cy = x + chance.randint(80, 150), y + chance.randint(40, 120)
    star = [
        (cx + math.cos(n * math.tau / 18) * r, cy + math.sin(n * math.tau / 18) * r)
        for n, r in ((n, chance.uniform(18, 34) if n % 2 else chance.uniform(48, 84)) for n in range(18))
    ]
    draw.polygon(star, fill=(28, 24, 22))


def _glass(draw: ImageDraw.ImageDraw, chance: random.Random) -> None:
    wall(draw, chance)
    box = (310, 100, 730, 430)
    window(draw, box)
    cx, cy = chance.uniform(400, 640), chance.uniform(180, 340)
    for _ in range(16):
        angle, length = chance.uniform(0, math.tau), chance.uniform(60, 190)
        draw.line((cx, cy, cx + math.cos(angle) * length, cy + math.sin(angle) * length), fill=(222, 232, 236), width=3)
    hole = [
        (cx + math.cos(n * 0.8) * chance.uniform(24, 62), cy + math.sin(n * 0.8) * chance.uniform(24, 62))
        for n in range(8)
    ]
    draw.polygon(hole, fill=(14, 18, 20))
    for _ in range(60):
        x, y, s = chance.uniform(300, 760), chance.uniform(HORIZON + 20, HORIZON + 110), chance.uniform(4, 16)
        draw.polygon(((x, y), (x + s, y - s / 3), (x + s * 0.6, y + s / 2)), fill=(206, 222, 226))


def _litter(draw: ImageDraw.ImageDraw, chance: random.Random) -> None:
    wall(draw, chance)
    for n in range(chance.randint(3, 5)):
        x, y = 170 + n * 150 + chance.uniform(-30, 30), HORIZON + chance.uniform(20, 90)
        r = chance.uniform(78, 110)
        draw.ellipse((x - r, y - r * 1.2, x + r, y + r * 0.5), fill=shade((40, 42, 46), chance.uniform(0.8, 1.5)))
        draw.polygon(
            ((x - 22, y - r * 1.45), (x + 22, y - r * 1.45), (x + 8, y - r * 1.05), (x - 8, y - r * 1.05)),
            fill=(58, 60, 64),
        )
    x = chance.uniform(620, 760)
    draw.rectangle((x, HORIZON - 40, x + 190, HORIZON + 100), fill=(178, 138, 92))
    draw.polygon(
        ((x, HORIZON - 40), (x + 40, HORIZON - 90), (x + 230, HORIZON - 90), (x + 190, HORIZON - 40)),
        fill=(154, 116, 74),
    )


def _needles(draw: ImageDraw.ImageDraw, chance: random.Random) -> None:
    draw.rectangle((0, 0, WIDTH, HEIGHT), fill=(128, 124, 116))
    for _ in range(1400):
        x, y, r = chance.uniform(0, WIDTH), chance.uniform(0, HEIGHT), chance.uniform(3, 9)
        draw.ellipse((x - r, y - r, x + r, y + r), fill=shade((136, 130, 120), chance.uniform(0.7, 1.2)))
    for _ in range(chance.randint(1, 3)):
        x, y, angle = chance.uniform(250, 760), chance.uniform(220, 560), chance.uniform(0, math.tau)
        dx, dy = math.cos(angle), math.sin(angle)
        draw.line((x - dx * 150, y - dy * 150, x + dx * 60, y + dy * 60), fill=(226, 230, 228), width=30)
        draw.line((x + dx * 60, y + dy * 60, x + dx * 150, y + dy * 150), fill=(200, 206, 208), width=5)
        draw.line((x - dx * 190, y - dy * 190, x - dx * 150, y - dy * 150), fill=(214, 120, 40), width=18)


def _fire(draw: ImageDraw.ImageDraw, chance: random.Random) -> None:
    wall(draw, chance)
    x = chance.randint(360, 520)
    for _ in range(150):
        up = chance.uniform(0, 330)
        cx, r = x + 85 + chance.gauss(0, 26 + up * 0.16), chance.uniform(24, 70)
        draw.ellipse((cx - r, HORIZON - 150 - up - r, cx + r, HORIZON - 150 - up + r), fill=(22, 18, 16, 15))
    draw.polygon(
        ((x - 10, HORIZON - 190), (x + 180, HORIZON - 170), (x + 160, HORIZON + 70), (x + 10, HORIZON + 70)),
        fill=(30, 28, 27),
    )
    draw.polygon(((x + 20, HORIZON - 178), (x + 120, HORIZON - 170), (x + 70, HORIZON - 110)), fill=(84, 58, 40))


def _burglary(draw: ImageDraw.ImageDraw, chance: random.Random) -> None:
    wall(draw, chance)
    x, y = door(draw, chance)
    for n in range(chance.randint(4, 8)):
        at = y - 30 + n * 16
        draw.line(
            (x + 214, at, x + 262 + chance.uniform(0, 20), at + chance.uniform(-8, 8)),
            fill=(238, 226, 196),
            width=chance.randint(5, 10),
        )
    draw.rectangle((x + 236, y - 40, x + 250, y + 110), fill=(20, 18, 16))


def _darkness(draw: ImageDraw.ImageDraw, chance: random.Random) -> None:
    draw.rectangle((0, 0, WIDTH, HEIGHT), fill=(18, 22, 30))
    draw.polygon(((380, 380), (640, 380), (1100, HEIGHT), (-80, HEIGHT)), fill=(34, 37, 42))
    for _ in range(9):
        x, r = chance.uniform(0, WIDTH), chance.uniform(60, 150)
        draw.ellipse((x - r, 340 - r, x + r, 380 + r * 0.4), fill=shade((18, 28, 22), chance.uniform(0.8, 1.3)))
    x = chance.randint(280, 420)
    draw.line((x, 150, x, 640), fill=(62, 66, 70), width=14)
    draw.line((x, 156, x + 120, 140), fill=(62, 66, 70), width=10)
    draw.ellipse((x + 100, 128, x + 170, 166), fill=(78, 80, 80))
    draw.ellipse((860, 250, 884, 274), fill=(250, 222, 150))


def _bicycle(draw: ImageDraw.ImageDraw, chance: random.Random) -> None:
    plaster_wall(draw, chance)
    ground(draw, chance, GRASS)
    colour = chance.choice(((150, 46, 40), (44, 84, 120), (60, 60, 64)))
    y = HORIZON + 30
    for x in (340, 660):
        draw.ellipse((x - 120, y - 120, x + 120, y + 120), outline=(36, 36, 38), width=11)
        for n in range(10):
            angle = n * math.tau / 10
            draw.line((x, y, x + math.cos(angle) * 112, y + math.sin(angle) * 112), fill=(120, 120, 122), width=2)
    frame = (
        ((340, y), (430, y - 170), (600, y - 180), (500, y), (340, y)),
        ((430, y - 170), (500, y), (600, y - 180)),
        ((600, y - 210), (660, y)),
    )
    for part in frame:
        draw.line(part, fill=colour, width=13, joint="curve")
    draw.rectangle((390, y - 206, 470, y - 188), fill=DARK)
    draw.line((570, y - 236, 640, y - 226), fill=DARK, width=10)


def _shelter(draw: ImageDraw.ImageDraw, chance: random.Random) -> None:
    draw.rectangle((0, 0, WIDTH, HEIGHT), fill=(96, 92, 86))
    for n in range(8):
        draw.polygon(
            ((0, n * 60), (WIDTH, n * 60 + 240), (WIDTH, n * 60 + 262), (0, n * 60 + 22)),
            fill=shade((120, 116, 108), 0.8 + n * 0.04),
        )
    draw.rectangle((0, HORIZON, WIDTH, HEIGHT), fill=(84, 80, 74))
    tone = chance.choice(((186, 178, 158), (150, 160, 176)))
    draw.polygon(((190, HORIZON + 60), (800, HORIZON + 20), (860, HORIZON + 110), (230, HORIZON + 170)), fill=tone)
    draw.polygon(
        ((230, HORIZON + 170), (860, HORIZON + 110), (860, HORIZON + 150), (230, HORIZON + 205)),
        fill=shade(tone, 0.75),
    )
    draw.ellipse((260, HORIZON + 10, 470, HORIZON + 110), fill=chance.choice(((70, 96, 84), (110, 62, 58))))


def _tracks(draw: ImageDraw.ImageDraw, chance: random.Random) -> None:
    draw.rectangle((0, 0, WIDTH, 260), fill=(186, 198, 204))
    draw.rectangle((0, 260, WIDTH, HEIGHT), fill=GRASS)
    for _ in range(2600):
        x, y = chance.uniform(0, WIDTH), chance.uniform(265, HEIGHT)
        draw.line(
            (x, y, x + chance.uniform(-4, 4), y - chance.uniform(4, 16)),
            fill=shade(GRASS, chance.uniform(0.7, 1.25)),
            width=2,
        )
    bend = chance.uniform(-160, 160)
    for offset in (-110, 110):
        for n in range(120):
            t = n / 120
            y = 290 + t * (HEIGHT - 290)
            x = 512 + bend * math.sin(t * 2.4) + offset * (0.3 + t)
            draw.ellipse(
                (x - 8 - 26 * t, y - 5, x + 8 + 26 * t, y + 8), fill=shade((84, 66, 48), chance.uniform(0.8, 1.15))
            )


def _other(draw: ImageDraw.ImageDraw, chance: random.Random) -> None:
    wall(draw, chance)
    x = chance.randint(380, 560)
    draw.line((x, HORIZON + 60, x + 190, 200), fill=(120, 124, 126), width=18)
    draw.polygon(((x + 110, 130), (x + 330, 190), (x + 290, 330), (x + 70, 270)), fill=(232, 190, 60))
    draw.polygon(((x + 126, 146), (x + 312, 198), (x + 280, 314), (x + 90, 262)), fill=(238, 206, 96))


SCENES: dict[Category, Scene] = {
    Category.KLO: _graffiti,
    Category.SKA: _damage,
    Category.GLA: _glass,
    Category.SKR: _litter,
    Category.MIS: _needles,
    Category.BRA: _fire,
    Category.INB: _burglary,
    Category.BEL: _darkness,
    Category.FOR: _bicycle,
    Category.TIL: _shelter,
    Category.KOR: _tracks,
    Category.OVR: _other,
}
