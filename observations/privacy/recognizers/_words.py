"""Words that decide whether a name stands for a person. Our own, chosen for what caretakers write about."""

ALSO_WORDS = frozenset(
    """
    adal adem adis alban alla allas alm alms alpin amber an ana anas anda andas andra andras angel anka ankas ante anus
    argus arian arta artas asp asps aura bak baki bakis baks bali ball ban banko banks bar bara baran barr barra barrs
    barth bela bell ben bender bens bent berg bergen bergs bill björk björks björn björns black blixt blixts blom bloms
    bo bob bond borg borgs bos bra bravo brett bretts brink brinks brits bror brors bruna burns bäck bäcks car casanova
    chans cole cook cross dag dags dam dams dan dana danas dans day dean del delfin dels dick digna diken dikens dima
    dina dinas divan donna draga dragas dörr dörrs east efe egal ek eks else ene enes falk falks farmer filar filars
    finn finns flink flinks flor flora floras fors foster french frid frids frisk frisks frost frosts frys fröhlich
    förster gael german gill gills gitter gloria gorm graf gran grant green greens gren grens gro gul gula gulan gute
    guy guys gök göken göks hagen hagens hala halas hall halls hammar hammars hans harm hart henna hjort hjorts holm
    holms hope hult hults hunter hägg häggs häring ide ides imam imams ing inga inge israel israels jade jama jana jeans
    jesus jihad jordan jordans juni junior kade kader kaj kaja kajas kajs kanak khan khans king kings klapp klapps klara
    klaras kling klings kos kvist kvists köster lago lan lang lange lans lassen lenis li lian lie lien lilja liljas lina
    linas lind linden linder lindes linds line lira liras liv livs ljung ljungs lo long lord los lott lotts love loves
    lucia lucias lund lunds lut luts lönn lönns mad mads mai maj majs malm malms man manda mangold mans mara maras mare
    marin marina marinas marins mark marks masar mate matos matte mattes max medel medels mena menas mercedes merino
    meta metas milan milans miles milles mina minas minna modig modigs mora moran moras my mys möller nada nades nadir
    naja nam nasir nazi nima nita nitas noble nord nords north nova novas odd odds osmos owens page palm palma palms
    paradis parker parsa per perla pers pilar pilars pina pinas pius pop porter potter power putte rada radas radman
    rahma raid raids ramadan rana rask rasks rena renas rice ring rings rita ritas ritt ritter ritts rivas roa roar
    roman romans ron ros rosa rosas rose rubens rudis rusen rut ruts safta saga sagas said salami salamis salomon samer
    sana sanda sanna sans santos sari seans sedlar sen server servers shorts sibylla sibyllas sims sina sirap siraps
    siren sirens siri skara skaras skog skogs skov sköld skölds small smart sol solar solars sonad south spika spikas
    stan standard stans stark starks sten stens stig stigs stilla stillas stoll stones storm storms strand strands strid
    strids ström ströms sukris susen svea svärd svärds söding talat talats tangens this till tills tina tinas tino toft
    togs toker tom toms tone toner tor tors tran trans transito trapp trapps trupp trupps tröst trösts tung turk turkmen
    turks turs tuva tuvas törel urban urs ute vagn vagns vala valborg valborgs van varas varga vela venera veta vi vide
    vides vik viking vikings viks vilde villa villar villas ville violetta wall walls wang ward wells west white willys
    winter woods yen young zon änne över övers
    """.split()
)
"""Names that are words besides. With a capital they may still only begin a sentence."""

WORDS_IN_SMALL_LETTERS = frozenset(
    """
    alma ann edit emil erna ester frank fred freds frida gun guns helga inger iris isa jack jan jans jarl jarls jasmin
    jasmins jon jons kai karl karls knut knuts lena lenas leos levis linda lindas lis lisa lotta lottas lova lovis malva
    mats matts melker minnas mira moa nina ole ria rune runes sally sam sams sara tage tages tilda tilde tim tims tova
    tovas ture tyra vega vera viktoria vilja viola violas
    """.split()
)
"""Names that are a name when they have a capital, wherever they stand, and may be a word when they have none."""

OTHER_NAMES = frozenset(
    """
    alexa ana april augusti bentley bird bull chelsea del dels dina estrella ford harrys honda ica inga ingo israel
    israels jeans jesus jordan juni kaj kent levis lucia madrid maj majs max mcdonalds mercedes milan mina mio mys
    newton paradis saga said seven sibylla siri skoda svea tesla valborg viking waynes willys
    """.split()
)
"""Months and holidays, lands, clubs, shops and things: a capital within a sentence makes no person of them."""

NOT_PEOPLE = frozenset({("clas", "ohlson"), ("clas", "ohlsons"), ("jack", "daniels"), ("kalle", "anka")})
"""A shop, a bottle, a painted duck."""

PEOPLE = frozenset(
    """
    barnet brodern dottern eleven familj familjen farbror farfar farmor flickan fru frun fröken grannar grannarna granne
    grannen gubben gumman herr herrn heter hette hyresgäst hyresgästen kallad kallas kille killen kollegan kompis
    kompisen kvinnan lärare läraren mamma mamman mannen morfar mormor namn namnet pappa pappan pojke pojken rektor sonen
    syster systern tant tanten tjej tjejen vaktmästare vännen
    """.split()
)
"""After these comes a name, known or not, if what comes has a capital."""

PARTICLES = frozenset("af al ben bin da de del den der di dos el ibn la le van vom von y zu".split())
"""Small words inside a name."""

STREETS = frozenset(
    """
    allee allé allén backe backen bro bron esplanad esplanaden gata gatan gränd gränden hage hagen kaj kajen kulle
    kullen led leden park parken passage passagen plats platsen stig stigen stråk stråket torg torget tunnel tunneln
    udde udden väg vägen äng ängen
    """.split()
)
"""A name in the genitive before these is a street's: Anna Lindhs plats."""

STREETS_IF_CAPITAL = frozenset("gård hus plan terrass".split())
"""With a capital: Johannes Plan is an address, "Johannes plan 3" tells on which floor Johannes is."""

INSTITUTIONS = frozenset(
    """
    bibliotek biblioteket församling församlingen förskola förskolan gymnasiet gymnasium kapell kapellet kyrka kyrkan
    kyrkogård sjukhus sjukhuset skola skolan skolans station stiftelse stiftelsen stiftelsens
    """.split()
)
"""A name before these is a house's, in whatever form it is: Sofia kyrka."""

PLACES = frozenset(
    """
    affären bostadsrättsföreningen brf butiken båten cafe café frisör frisören förskola förskolan garaget hotell
    hotellet kafe kafé kv kv. kvarter kvarteret kyrkan lekplatsen parken pizzeria pizzerian restaurang restaurangen s:t
    s:ta salong salongen sankt sankta skola skolan st villa
    """.split()
)
"""A name after these is the house's or the shop's: kvarteret Björnen, restaurang Max."""

ENDINGS_OF_PLACES = tuple(
    """
    allén backen bron centrum gata gatan gränd gränden gård gården hallen huset kajen kullen kyrkan leden området parken
    platsen skolan slingan stigen stranden stråket terrassen torg torget tunneln väg vägen
    """.split()
)
"""How words for streets and places end that are written in one: Sveavägen."""

USUAL_STREETS = frozenset(
    """
    berg björk bruks by centrum drottning fabriks hamn industri järnvägs klock kungs kyrk köpmans lek lilla lind mellan
    nor norr norra ny nya park prästgårds ring skogs skol slotts stations stor strand söder södra tall torg trädgårds
    väster västra ång öster östra
    """.split()
)
"""Streets that are called after no person: of "Anna Storgatan 5" Anna is one."""
