"""What drawn photos have in common: a picture's size, walls, paving, a window, a door."""

import random

from PIL import ImageDraw

WIDTH, HEIGHT = 1024, 768
HORIZON = 560
"""Where the wall meets the ground, in px from the top."""

Colour = tuple[int, int, int]

BRICKS: tuple[Colour, ...] = ((150, 92, 70), (168, 104, 78), (140, 84, 66))
PLASTERS: tuple[Colour, ...] = ((206, 192, 160), (188, 196, 190), (214, 204, 188), (176, 168, 150))
SPRAYS: tuple[Colour, ...] = ((64, 112, 176), (150, 44, 120), (40, 128, 84), (196, 66, 44), (30, 30, 34))
ASPHALT: Colour = (112, 112, 110)
GRASS: Colour = (92, 120, 66)
DARK: Colour = (34, 36, 38)


def shade(colour: Colour, by: float) -> Colour:
    """The colour, darker or lighter by a factor."""
    return tuple(max(0, min(255, int(part * by))) for part in colour)  # type: ignore[return-value]  # three stay three


def ground(draw: ImageDraw.ImageDraw, chance: random.Random, colour: Colour = ASPHALT) -> None:
    """Paving, or grass, below the horizon."""
    draw.rectangle((0, HORIZON, WIDTH, HEIGHT), fill=colour)
    draw.rectangle((0, HORIZON, WIDTH, HORIZON + 14), fill=shade(colour, 0.8))
    if colour == GRASS:
        for _ in range(900):
            x, y = chance.uniform(0, WIDTH), chance.uniform(HORIZON, HEIGHT)
            draw.line(
                (x, y, x + chance.uniform(-5, 5), y - chance.uniform(6, 18)),
                fill=shade(GRASS, chance.uniform(0.7, 1.25)),
                width=2,
            )
        return
    for x in range(-200, WIDTH + 400, 210):
        draw.line((x, HORIZON + 14, x - (x - WIDTH / 2) * -0.35, HEIGHT), fill=shade(colour, 0.88), width=3)


def brick_wall(draw: ImageDraw.ImageDraw, chance: random.Random) -> None:
    """A wall of bricks, each a little different."""
    base = chance.choice(BRICKS)
    draw.rectangle((0, 0, WIDTH, HORIZON), fill=shade(base, 0.86))
    wide, high = 66, 24
    for row in range(HORIZON // high + 1):
        for column in range(-1, WIDTH // wide + 2):
            x, y = column * wide + (row % 2) * wide // 2, row * high
            draw.rectangle(
                (x + 2, y + 2, x + wide - 2, min(HORIZON, y + high - 2)), fill=shade(base, chance.uniform(0.9, 1.16))
            )


def plaster_wall(draw: ImageDraw.ImageDraw, chance: random.Random) -> None:
    """A rendered wall with its base, and now and then a drainpipe."""
    base = chance.choice(PLASTERS)
    draw.rectangle((0, 0, WIDTH, HORIZON), fill=base)
    draw.rectangle((0, HORIZON - 60, WIDTH, HORIZON), fill=shade(base, 0.72))
    if chance.random() < 0.6:
        x = chance.choice((80, 900))
        draw.rectangle((x, 0, x + 26, HORIZON), fill=shade(base, 0.62))


def wall(draw: ImageDraw.ImageDraw, chance: random.Random) -> None:
    """Either wall, with paving before it."""
    chance.choice((brick_wall, plaster_wall))(draw, chance)
    ground(draw, chance)


def window(draw: ImageDraw.ImageDraw, box: tuple[int, int, int, int]) -> None:
    """A window with its frame, at that box."""
    x0, y0, x1, y1 = box
    draw.rectangle((x0 - 16, y0 - 16, x1 + 16, y1 + 16), fill=(226, 224, 214))
    draw.rectangle(box, fill=(52, 68, 82))
    draw.polygon(((x0, y1), (x0, (y0 + y1) / 2), (x1, y0), (x1, y0 + 60)), fill=(74, 92, 106))
    draw.rectangle(((x0 + x1) / 2 - 6, y0, (x0 + x1) / 2 + 6, y1), fill=(226, 224, 214))
    draw.rectangle((x0 - 26, y1 + 14, x1 + 26, y1 + 30), fill=(190, 188, 178))


def door(draw: ImageDraw.ImageDraw, chance: random.Random) -> tuple[int, int]:
    """A door; gives its left edge and the height of its handle."""
    colour = chance.choice(((72, 96, 100), (104, 58, 44), (60, 74, 52), (86, 86, 92)))
    x = chance.randint(330, 480)
    draw.rectangle((x - 22, 90, x + 262, HORIZON), fill=(210, 206, 196))
    draw.rectangle((x, 110, x + 240, HORIZON), fill=colour)
    for y in (150, 350):
        draw.rectangle((x + 36, y, x + 204, y + 150), outline=shade(colour, 0.7), width=5)
    draw.ellipse((x + 200, 330, x + 226, 356), fill=(190, 180, 140))
    return x, 330
