"""Registration numbers of Swedish vehicles."""

import re
from collections.abc import Iterator

from observations.privacy.findings import Finding, Kind

LETTERS = "ABCDEFGHJKLMNOPRSTUWXYZ"
"""I, Q, V, Å, Ä and Ö are not used."""
LAST_SIGNS = "0123456789" + LETTERS.replace("O", "")
"""Since 2019 the last sign may be a letter; O would be taken for a zero there."""

SPACE = r"[^\S\r\n]"
BETWEEN = rf"{SPACE}{{0,2}}[\-\u2010-\u2013·.]?{SPACE}{{0,2}}"
SHAPE = re.compile(
    rf"(?<![\w@])([{LETTERS}{LETTERS.lower()}]{{3}})({BETWEEN})(?!000)\d{{2}}[{LAST_SIGNS}{LAST_SIGNS.lower()}]"
    r"(?!\w|[.,:\-\u2010-\u2013]\d)"
)

WORDS = frozenset(
    """
    alf all alm and ann ans ant apr ars ask att aug bad bag bak bar bas bel ben bet bla bly bod bok bom bor bot box
    bra bro bua bud bur bus byn byt dag dal dam dan dec deg del dem den der det dom don dos duk dun ecu eka ekg eko
    eld elk ell els ena end epa eta etc ett eur exp fan far fas fat fax feb feg fel fem fet fog fon for fot fru ful
    gap gas gem ger get ggr gla god gps gul gym hak hal han har hej hel hem hen hes het hon hop hos hot hud hus jag
    jan jon jul jun kaj kal kan kap kar kel klo kod kol kom kor kub kul kur kwh lab lag lan lat lax led lek lem len
    lgh lok los lot lur lut lux lya lyx mac mad mah maj mal man mar mas mat max med mek mel men mer mes mkr mms mob
    mod mom mor mos mot mun mur mus myr nar ned nej ner nod nof not nya och ock ohm okt oms ond ons ont opp ord orm
    ort oss par pdf per plo pol pop ppm pub rad rak ral ram ras ref reg rek rem ren rep res rgb rok rom ror rot rum
    rus sak sal sam sax sek sen sep ser set sex sju ska ske sky sms snu sol som son sop sos sot spe sta stl stn str
    sub sug sup sur syd syl tag tak tal tar tax tel ten tex the tkr tog tok tom ton tor tot tre trh tro trp tub tum
    tun tur typ udd ugn unt upg upp url usa usb usd ute utr wcs web yta zon
    """.split()
)
"""Words and abbreviations that a number may follow: "hus 123", "rum 204", "max 100". Our own, not of any dictionary."""

VEHICLE = re.compile(
    r"(?<!\w)(?:reg|regnr|regnumret|registrer\w{1,20}|(?:nummer)?plåt(?:en)?|skylt(?:en|ar)?|\w{0,12}bil(?:en)?|fordon(?:et)?|"
    r"moped(?:en)?|mc|motorcykel(?:n)?|släp(?:et)?|(?:släp|hus)vagn(?:en)?)"
    r"(?:[.:\s]{1,2}(?:nr|nummer|med|är|reg|regnr))*[.:(\s\-\"”]{1,3}$",
    re.IGNORECASE,
)
"""At the end of what stands before the letters."""
LOOK_BACK = 60


def find(text: str) -> Iterator[Finding]:
    """ABC 123 and ABC 12D, in capitals or small letters, with or without a space or dash between.

    Where the letters are a word of everyday, only in capitals without a space, or after what speaks of a vehicle.
    Source: Transportstyrelsen's rules for registration plates. Plates with a text of the owner's choice and those of
    other countries are not found.
    """
    for match in SHAPE.finditer(text):
        letters, between = match[1], match[2]
        is_word = letters.casefold() in WORDS
        if not is_word or (letters.isupper() and not between) or _speaks_of_vehicle(text, match.start()):
            yield Finding(match.start(), match.end(), Kind.PLATE)


def _speaks_of_vehicle(text: str, start: int) -> bool:
    return VEHICLE.search(text[max(0, start - LOOK_BACK) : start]) is not None
