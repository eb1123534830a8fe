"""Write the list of names that texts are screened for, observations/privacy/names.txt: run by make.

Most are the name lists of Faker, a package that makes up test data (MIT licence, copyright 2012 Daniele Faraglia): for
Sweden the thousand commonest given names (Institutet för språk och folkminnen, 2023) and the 500 commonest surnames
(Skatteverket, 2025); for ELSEWHERE what it has for countries that many people in Sweden have a name from. ADDED is
ours. The list is not in git. It bears its source and licence, and is made anew when the locked packages change.
"""

import importlib
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import Distribution, distribution
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIST = ROOT / "observations" / "privacy" / "names.txt"

PACKAGE = "faker"
LICENCE = "MIT License"
LICENCE_FILE = "LICENSE.txt"
SWEDEN = "sv_SE"
ELSEWHERE = "no_NO da_DK fi_FI de_DE pl_PL hr_HR tr_TR ro_RO es_CL en_GB en_PK vi_VN".split()
"""Norway to Romania by the number born there; Chile and Viet Nam; en_PK has Arabic names in Latin letters."""

GIVEN_NAMES, SURNAMES = "given", "surname"
LISTS = {
    GIVEN_NAMES: ("first_names", "first_names_female", "first_names_male"),
    SURNAMES: ("last_names", "male_last_names"),
}
"""What Faker calls them; not every country has every one."""
AT_LEAST = {GIVEN_NAMES: 900, SURNAMES: 450}
"""Fewer for Sweden than this, and Faker has changed how it keeps them."""
SHORTEST_ELSEWHERE = 3
KEPT_MARKS = "åäöÅÄÖ"
NAME = re.compile(r"[^\W\d_]{2,40}")

ADDED = {
    GIVEN_NAMES: """
        Abdirizak Abdisalan Adil Affe Aferdita Agim Ahmet Alem Aleksej Alireza Amal Amanuel Amani Ammar Anki Annikka
        Antti Anwar Arash Arben Armend Arta Asad Ashur Asli Awet Ayaan Ayan Aynur Azad Aziz Bahar Baran Bashar Behzad
        Benke Berat Berivan Berra Bilal Biljana Bodan Bogdan Bosse Burhan Cawo Chamoun Claudio Conny Danne Dana Danial
        Daoud Deeqa Dejan Dilan Dmytro Dragan Ebrahim Ehsan Elham Elias Elif Emira Erdem Ermias Ernad Esad Fadi Fadil
        Fadumo Fardowsa Farhad Farhan Farhiya Farid Fartun Fathi Fatma Fatme Fawzi Fereshteh Fikret Filmon Firas Fredde
        Ghassan Goran Gurra Habib Habiba Hadi Haile Hakim Hala Halima Hamdi Hana Hani Haris Hashim Hasse Hawa Hawo
        Hayat Heba Hevin Hibo Hicham Hiwa Hodan Hossein Hoda Houda Husein Hussain Idil Ifrah Ikram Iman Imran Ines Iryna
        Ishaq Iyad Jaber Jafar Jamila Jawad Jelena Jihad Jocke Jompa Jonte Jovan Kadra Kalle Kamal Karwan Kasim Kaveh
        Kawa Khadija Khadra Khalil Kicki Kidane Krille Kurdo Layla Leyla Lelle Ljubica Ludde Luwam Maggan Mahad Maher
        Mahmud Majd Malek Malik Manal Mansour Marwa Marwan Masoud Matte Mehdi Mehmed Mehran Meron Merhawi Micke Milad
        Milica Milos Mirsad Mohamad Mohammed Mohsen Mona Mostafa Mouna Muhamed Muhammed Mulugeta Munira Murat Musa
        Musse Mykola Naima Najib Nasir Nasra Nasrin Nataliia Natnael Navid Nazanin Nenad Nermin Nettan Nicke Nima Ninos
        Nisse Noor Noora Nour Nura Obada Oksana Oleksandr Olena Omid Orhan Parisa Parviz Pelle Putte Qasim Rahel
        Rahma Ramazan Rami Rania Ranja Rasha Rashid Rawan Razan Robban Robel Rojda Roza Saad Sadia Safia Sahra Said
        Saida Salah Saleh Salem Salim Salma Saman Samuel Saman Samer Sanaa Sargon Sead Selam Senait Serhii Shabnam Shadi
        Shahad Shahin Shahram Shakir Shayan Shirin Shler Siham Slavica Snezana Soran Sussi Suleiman Svetlana
        Svitlana Tahir Tamara Tareq Tariq Tesfaye Tetiana Tewolde Tobbe Totte Valon Vedran Vesna Viktoriia Vjosa
        Volodymyr Wael Warsame Weronika Xheni Yacoub Yahya Yasin Yasmeen Yasser Yonas Yordanos Youssef Yuliia Younes
        Yunus Zainab Zakaria Zana Zeinab Zeyneb Zivko Zlatan Zoran Zuhair
    """.split(),
    SURNAMES: """
        Abdirahman Abdulkadir Adan Ahlstedt Akbari Alavi Alizadeh Aydin Aziz Bajrami Berisha Celik Cetin Chaudhry Dahir
        Demir Egal Farhadi Ghebremedhin Gebremeskel Haddad Hadzic Haile Halilovic Hamid Hamidi Hashemi Heidari Hosseini
        Hoxha Huynh Jama Jovanovic Kadric Karimi Kaya Khoury Kovacevic Krasniqi Lewandowski Mehmeti Mehmedovic Mohammadi
        Moradi Mousavi Nazari Nguyen Nikolic Nowak Nur Osmani Ozturk Pham Petrovic Popovic Qureshi Rahimi Rezaei Rezai
        Sadeghi Saleem Sharif Shevchenko Tesfay Tesfaye Tran Vuong Warsame Weldu Wisniewski Wojcik Yildirim Yilmaz Yusuf
        Zamani
    """.split(),
}
"""Ours: names that are common in Sweden and that Faker lacks or has in another alphabet, and what people are called."""


class SetUpFailed(Exception):
    """Faker is not what this script knows: other lists, or another licence. The text says which."""


def names(locale: str, kind: str) -> list[str]:
    """The names of one kind that Faker has for a locale, in Latin letters, each part of a double name by itself."""
    provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
    found: set[str] = set()
    for attribute in LISTS[kind]:
        entries = getattr(provider, attribute, ())
        if not isinstance(entries, property):
            found.update(part for entry in entries for part in re.split(r"[\s-]+", entry))
    return sorted(name for name in found if NAME.fullmatch(name) and _is_latin(name) and name[0].isupper())


def lines(at_least: Mapping[str, int] = AT_LEAST) -> Iterator[str]:
    """The list: `given Anna` for Sweden's, `given-elsewhere Olena` for the others. Raises SetUpFailed."""
    for kind in LISTS:
        swedish = names(SWEDEN, kind)
        if len(swedish) < at_least[kind]:
            raise SetUpFailed(f"{PACKAGE} has only {len(swedish)} entries for {SWEDEN}, {kind}.")
        elsewhere = {name for locale in ELSEWHERE for name in names(locale, kind) if len(name) >= SHORTEST_ELSEWHERE}
        others = _with_plain_spellings({*elsewhere, *ADDED[kind]}) - set(swedish)
        yield from (f"{kind} {name}" for name in swedish)
        yield from (f"{kind}-elsewhere {name}" for name in sorted(others))


def notice(package: Distribution) -> Iterator[str]:
    """Where the names are from, and the licence's own words, which go with every copy. Raises SetUpFailed."""
    licence = package.metadata["License"]
    if licence != LICENCE:
        raise SetUpFailed(f"{PACKAGE} {package.version} comes under {licence!r}, not under {LICENCE!r}.")
    text = next((file.read_text() for file in package.files or () if file.name == LICENCE_FILE), "")
    if not text:
        raise SetUpFailed(f"{PACKAGE} {package.version} comes without its {LICENCE_FILE}.")
    yield f"# Names that people in Sweden have. Written by setup/names.py from {PACKAGE} {package.version}, {licence}:"
    yield from (f"# {line}".rstrip() for line in text.strip().splitlines())


def write(path: Path = LIST) -> None:
    """Write the list, all of it or nothing. Raises SetUpFailed."""
    whole = "".join(f"{line}\n" for line in [*notice(distribution(PACKAGE)), *lines()])
    begun = path.with_suffix(".begun")
    begun.write_text(whole, encoding="utf-8")
    begun.replace(path)


def _is_latin(name: str) -> bool:
    return all(unicodedata.name(sign, "").startswith("LATIN") for sign in name)


def _with_plain_spellings(found: Iterable[str]) -> set[str]:
    """And as a Swedish keyboard has them: Jovanović also as Jovanovic, Łukasz as it is."""
    return {spelling for name in found for spelling in (name, "".join(map(_plain, name)))}


def _plain(sign: str) -> str:
    return sign if sign in KEPT_MARKS else unicodedata.normalize("NFD", sign)[0]


def main() -> int:
    """Write the list, and say in one line what went wrong if something did."""
    try:
        write()
    except (SetUpFailed, ImportError, OSError) as error:
        print(f"Could not write the list of names: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
