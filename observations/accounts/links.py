"""An invitation as people get it: a link, and the same link as a QR code."""

import segno
from markupsafe import Markup

PATH = "/in"


def invitation_link(base_url: str, secret: str) -> str:
    """The address that signs one device in.

    The secret stands after the `#`, which browsers and previewing robots keep to themselves: it reaches no log.
    """
    return f"{base_url}{PATH}#{secret}"


def secret_in(text: str) -> str:
    """The secret out of what somebody pasted: the code alone or the whole link."""
    return text.rpartition("#")[2].strip()


def qr_code(link: str) -> segno.QRCode:
    """The link as a QR code that still reads with 15 % of it covered."""
    return segno.make_qr(link, error="m")


def qr_svg(link: str) -> Markup:
    """The QR code as an SVG element without a size or style of its own; black on white also on a dark page."""
    drawing: str = qr_code(link).svg_inline(border=4, dark="#000", light="#fff", omitsize=True, svgclass="qr")
    return Markup(drawing)  # noqa: S704  # drawn by segno from modules; the link's text is not in it
