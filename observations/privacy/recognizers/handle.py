"""Names that people have in social media."""

import re
from collections.abc import Iterator

from observations.privacy.findings import Finding, Kind

NAME = r"(?=[\d_.]{0,30}[^\W\d_])\w[\w.]{0,28}\w"
"""Two to thirty letters, digits, underscores and dots, with a letter among them: what the large services allow."""
WITH_SIGN = re.compile(rf"(?<![\w.@])@{NAME}(?:@[\w-]{{1,63}}(?:\.[\w-]{{1,63}}){{1,8}})?")
"""@anna_b, and @anna_b@exempel.se where the name is one at a server of its own."""
SERVICE = r"insta(?:gram)?|ig|snap(?:chat)?|tik ?tok|telegram|discord|kik|facebook|fb|messenger|twitter|onlyfans"
AFTER_SERVICE = re.compile(rf"(?<!\w)(?i:{SERVICE})\s?[:=]\s?({NAME})(?!\w)")
"""snap: kalle99. Only with the colon: that a sticker is about Instagram is nobody's name."""


def find(text: str) -> Iterator[Finding]:
    """What stands after an @ that belongs to no mail address, or after the name of a service and a colon."""
    for match in WITH_SIGN.finditer(text):
        yield Finding(match.start(), match.end(), Kind.HANDLE)
    for match in AFTER_SERVICE.finditer(text):
        yield Finding(match.start(1), match.end(1), Kind.HANDLE)
