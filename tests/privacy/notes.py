"""Notes such as caretakers write, each with what in it is personal: the one table that the recognizers are measured by.

Nobody's data: telephone numbers are those that Post- och telestyrelsen keeps free for fiction, the letters of most
plates are never given out, personal identity numbers are test numbers or have no owner, names are common ones.
"""

import re
from typing import NamedTuple

from observations.privacy import Finding, Kind

TABLE = """
Stor tagg i svart sprej på gaveln mot lekplatsen, cirka 2 x 3 meter
Fönstret i tvättstugan krossat, glas både ute och inne
Tom flaska och sprutor bakom elskåpet, rör inte
Två st 100-liters säckar dumpade vid miljöhuset
Lampan vid stolpe 4711 blinkar, kl. 21.30 var det helt mörkt
Klotter på port 12 B och på garageporten bredvid
Sten kastad genom rutan, ligger kvar på golvet i rum 204
Björn i trä är omkullvält på lekplatsen
Rosa färg på fasaden mot Storgatan 5
Mark uppgrävd efter bil, djupa spår i gräset
Per telefon fick vi veta att det brinner i containern
Max 30 km/h-skylten är nedriven och ligger i diket
Buss 123 stannar här, väntkuren saknar två rutor
Vid hus 123 är låset uppbrutet, dörr 4 till källaren
Stig inte på gräset, det ligger kanyler där
Förrådsdörr nr 17 uppbruten, hänglåset kapat
Klotter på Anna Lindhs plats, hela bänken
Samma tagg på Karl Johans gata 5 och Birger Jarlsgatan 12
Nedklottrat elskåp i hörnet Drottning Kristinas väg och Sveavägen
Soptunnan vid Sofia kyrka har brunnit
Glaskross utanför Gustav Vasa skola, norra ingången
Kvarteret Björnen: skymmande buskage vid infarten
Skräp från Max och Willys ligger längs hela gången
Ny text på muren om Israel, cirka fem meter bred
Lina till flaggstången avskuren, hans arbete får göras om
Mina kollegor såg samma sak den 12 maj och den 3 juni
Övergiven moped utan skylt vid cykelstället
Trasig gunga, kedja nr 3 från vänster
Elskåp KLO 123 och BEL 204 har fått nya klistermärken
Kod 4312 till grinden fungerar inte, felkod 100
Org.nr 556016-0680 står på containern som är dumpad
5 säckar @ 20 kilo ligger vid vändplanen
Tagg @K i tunneln, Lägenheter i hus 4 saknar belysning
Orsak okänd, felanmält 12/3, lägenhet 4,5 meter bort orörd
Viktor Rydbergs gymnasium: glas vid nordsidan, hallen full
Madrass och eldplats under bron, ingen där nu
Dörr till vind uppbruten på våning 3, märken efter kofot
Tag på hissdörr plan 2, svart tusch, ca 40 cm
Lägenheten 2 trappor upp läcker, taket i porten fuktigt
Papperskorg uppbränd natten till 2026-09-10, sot på väggen
Ros och spaljé nedbrutna i rabatten utanför entrén
Alla lampor släckta i gången mellan husen 10-14
Dag 3 och ingen har hämtat vagnen, storm har vält den
Kaj 4: räcke sönderslaget, planka i vattnet
Ute på gården står en soffa och ett kylskåp sedan helgen
Rökning och tillhåll i cykelrummet, fimpar överallt
Vi såg inget nytt i dag, som vanligt på hela ronden
Tredje fönsterrutan på kort tid, ta helst 8 mm glas
Lås nr 1203 i serien är bytt, artikel 4711-12
Temperatur -12, is på trappan, räcket löst i 3 av 4 fästen
Sprayat "ACAB" och "AIK" över hela skylten
NYTT KLOTTER PÅ HELA FASADEN MOT PARKEN
sten och glas på hela gångvägen, bo av kvistar i trapphuset
Ser ut som illa menat: skruv i rutschkanan, tejp över
Hittade kort med [personnummer 811228-9874] på, lämnat till polisen
Pärm i containern, [personnummer 19811218-9876] står på ryggen
[personnummer 8112189876] ristat i bänken
På lappen: [personnummer 811278-9873], samordningsnummer
[personnummer 1981-12-18-9876] står på ett brev i soprummet
Recept med [personnummer 811228 9874] låg i snön
Väska med legitimation, [personnummer 19 811228 – 9874]
Ring [phone 070-174 06 05] för nyckel
Det står [phone 0701740658] på väggen
Numret [phone +46 70 174 06 12] är sprejat på garaget
Lapp med [phone 08-465 004 12] upptejpad på alla portar
Sms:a [phone 070 174 06 33] när det är klart
tel [phone 0046701740644] vid frågor
Ristat i hissen: ring [phone 031-390 06 50]
nollsju noll [phone! 174 06 05] på väggen
Skylten med felanmälans nummer [phone? 040-628 04 30] är överklottrad
Skicka bilden till [email anna.lindqvist@example.se]
Brev till [email ALI_H@example.com] låg bland soporna
Kontakt [email kalle-92@mail.example.org], står på klistermärket
mejla [email stoffe.b@example.net]
"[email å.öberg@example.se]" skrivet på dörren
Skriv till [email! stoffe92 snabel-a example.org] står det på lappen
Vit skåpbil [plate MLB 084] dumpade säckarna
Bil utan hjul, [plate XTC204], framför garaget
Moped [plate zup 31h] ligger i diket
Övergiven husvagn, reg.nr [plate NRP-51K]
[plate kyk480] står på handikapplatsen sedan maj
Släp med [plate NSF 12D] lastat med byggavfall
Regnr [plate hus 123] på bilen, fönstret krossat
Blå Volvo [plate Wam 902] utan plåtar fram
[plate! sol 204] stod här hela helgen, olåst
Belysningsstolpe [plate? LTK 204] är släckt igen
Taggen är samma som [handle @sprejkung_08] lägger ut
Klistermärken för [handle @hyreskampen.norr] på alla stolpar
Filmat av [handle @Lurre99] enligt grannar
Skrivet på muren: insta: [handle lelle.tag]
Snapchat: [handle kajsa_x1] står på hissväggen
Följ [handle @ung2026]! står det på bänken
Han heter [handle! sprejkung_08] på insta
Kontakta [handle? @malmostad] på X har någon skrivit
Uppbruten dörr till [apartment lgh 1203]
Klotter utanför [apartment Lgh 1102], även på dörren
[apartment lägenhet 1401] har fått brevinkastet uppbränt
Skada på dörr, [apartment lägenhetsnr 0902]
Cyklar i trapphuset utanför [apartment lgh nr: 1301]
Låset sönder på [apartment 2 tr t.v.], brytmärken
Brytmärken på [apartment våning 3 dörr 2]
Ligger sopor utanför [apartment lgh 12]
[apartment lgh 1203/1204] och [apartment lgh 1301-1304] har nedklottrade dörrar
Glas utanför [apartment! nr 1203], tredje dörren
[apartment? Lägenhet 5] i lekstugan är nedklottrad
Prata med [name Anna Lindqvist] om nyckeln
[name Mohammed] på skolan såg vem det var
Hyresgästen [name Björn] klagar på klottret
[name Fatima Ali] ringde om dörren
Städaren [name Olena] hittade kanylerna
Grannen [name Nguyen] har sett bilen flera gånger
[name Sten Berg] i port 3 vet mer
Herr [name Ek] har anmält samma sak förut
En kille som heter [name Zlatko] brukar vara här
Ta det med [name Per] på fastighetskontoret
[name kerstin andersson] har filmat alltihop
Det är [name Johanssons] förråd som är uppbrutet
[name ERIK NILSSON] ristat i bänken
Familjen [name Zetterqvist] har fått sitt förråd länsat
Ring [name Ann-Marie von Platen] på kontoret
frågade [name stina] i tvättstugan, hon såg inget
[name Lasse] från sanering kommer på fredag
Nyckel hos [name Ahmed K] i kiosken
[name Jonas] och [name Emma] målade över i går
Grannen [name linda] ringde, dörren var öppen
Vet att det är [name! Svetozar] som tänder eld
[name! Stig] i port 4 har nyckel
snacka med [name! jossan] i receptionen
Klotter "[name? Emma]" i hissen
Affisch för [name? Carl Larsson]-utställningen nedriven
Flaskor med Jack Daniels, [name? Johnnie Walker] och Absolut
Pojken i nr 5 bor med [name Fatma] på [apartment 3 tr, till höger]
[name Anna], [phone 070-174 06 21], [email anna@example.se], bil [plate MLB 085]
"""
"""One note a line. [kind words]: personal, to be found. [kind! words]: personal, known to be missed.
[kind? words]: nobody's, but asked about all the same, which is tolerated."""

MARKED = re.compile(r"\[([a-z]+)([!?]?) ([^\]]*)\]")


class Note(NamedTuple):
    """A note, what is personal in it, and what of that is missed or asked about without need."""

    text: str
    personal: set[Finding]
    tolerated: set[Finding]
    missed: set[Finding]


def notes(table: str = TABLE) -> list[Note]:
    """The table, read."""
    return [_note(line) for line in table.strip().splitlines()]


def _note(line: str) -> Note:
    text, before = "", 0
    found: dict[str, set[Finding]] = {"": set(), "?": set(), "!": set()}
    for match in MARKED.finditer(line):
        text += line[before : match.start()]
        kind = Kind(match[1])
        found[match[2]].add(Finding(len(text), len(text) + len(match[3]), kind, kind is Kind.PERSONNUMMER))
        text += match[3]
        before = match.end()
    return Note(text + line[before:], found[""] | found["!"], found["?"], found["!"])
