"""Where the phone says that it is, in the address that it asks for."""

import math

from flask import request


def degrees(name: str, most: float) -> float | None:
    """The number of that name in the address; None where it is none within the limits."""
    try:
        value = float(request.args.get(name, ""))
    except ValueError:
        return None
    return value if math.isfinite(value) and abs(value) <= most else None
