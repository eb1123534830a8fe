"""The accessibility statement: what is not met and why, whom to tell, who supervises.

Source: the Swedish act 2018:1937 on the accessibility of digital public services, and the model statement of the
Commission's implementing decision (EU) 2018/1523.
"""

from datetime import date

from observations.access import allow
from observations.intake.views import bp
from observations.web import current_settings, render

ASSESSED_ON = date(2026, 11, 25)
"""When the statement was last read through beside the pages."""
SUPERVISION = "https://www.digg.se/tdosanmalan"
"""Where one complains to DIGG, the authority for digital government."""


@bp.get("/tillganglighet")
@allow.anyone
def accessibility() -> str:
    """The statement, for anybody."""
    return render(
        "intake/accessibility.html",
        assessed_on=ASSESSED_ON,
        supervision=SUPERVISION,
        contact=current_settings().contact.strip(),
    )
