"""English words with their Italian forms, every form written out.

An Italian word's *onset* decides the form of what stands before it: ``plain`` (il gatto), ``impure`` (s + consonant,
z, and the like: lo zio) or ``vowel`` (l'uccello).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

Key = tuple[str, str, str]
"""Gender (``"m"`` or ``"f"``), number (``"s"`` or ``"p"``) and onset."""


@dataclass(frozen=True)
class Noun:
    """One noun.

    Attributes:
        english: Singular and plural.
        italian: Singular and plural.
        gender: ``"m"`` or ``"f"``.
        onset: Of both numbers; see the module.
    """

    english: tuple[str, str]
    italian: tuple[str, str]
    gender: str
    onset: str


@dataclass(frozen=True)
class Adjective:
    """One adjective.

    Attributes:
        english: Its one form.
        forms: After a noun or a verb: masculine singular, feminine singular, masculine plural, feminine plural.
        before: The forms in front of a noun by gender, number and onset; empty where it stands behind.
    """

    english: str
    forms: tuple[str, str, str, str]
    before: dict[Key, str]


@dataclass(frozen=True)
class Verb:
    """One verb in the third person: singular and plural, and the English form after "does not"."""

    english: tuple[str, str]
    italian: tuple[str, str]


def _nouns(table: str) -> tuple[Noun, ...]:
    rows = (line.split() for line in table.strip().splitlines())
    return tuple(Noun((a, b), (c, d), gender, onset) for a, b, c, d, gender, onset in rows)


BEINGS: Final = _nouns("""
fox        foxes        volpe       volpi       f plain
dog        dogs         cane        cani        m plain
cat        cats         gatto       gatti       m plain
bird       birds        uccello     uccelli     m vowel
girl       girls        ragazza     ragazze     f plain
boy        boys         ragazzo     ragazzi     m plain
bee        bees         ape         api         f vowel
bear       bears        orso        orsi        m vowel
eagle      eagles       aquila      aquile      f vowel
horse      horses       cavallo     cavalli     m plain
cow        cows         mucca       mucche      f plain
mouse      mice         topo        topi        m plain
wolf       wolves       lupo        lupi        m plain
frog       frogs        rana        rane        f plain
squirrel   squirrels    scoiattolo  scoiattoli  m impure
uncle      uncles       zio         zii         m impure
aunt       aunts        zia         zie         f plain
""")
"""Those that do something; any noun can be seen or looked for."""

FOODS: Final = _nouns("""
apple      apples       mela        mele        f plain
orange     oranges      arancia     arance      f vowel
flower     flowers      fiore       fiori       m plain
mushroom   mushrooms    fungo       funghi      m plain
""")
TEXTS: Final = _nouns("""
book       books        libro       libri       m plain
letter     letters      lettera     lettere     f plain
""")
THINGS: Final = _nouns("""
key        keys         chiave      chiavi      f plain
hat        hats         cappello    cappelli    m plain
mirror     mirrors      specchio    specchi     m impure
backpack   backpacks    zaino       zaini       m impure
ring       rings        anello      anelli      m vowel
star       stars        stella      stelle      f plain
""")
PLACES: Final = _nouns("""
garden     gardens      giardino    giardini    m plain
house      houses       casa        case        f plain
forest     forests      foresta     foreste     f plain
city       cities       città       città       f plain
tree       trees        albero      alberi      m vowel
island     islands      isola       isole       f vowel
lake       lakes        lago        laghi       m plain
mountain   mountains    montagna    montagne    f plain
stadium    stadiums     stadio      stadi       m impure
""")

_ONSETS: Final = ("plain", "impure", "vowel")


def _before(table: str) -> dict[Key, str]:
    """Rows are masculine and feminine singular, masculine and feminine plural; columns are onsets."""
    rows = [line.split() for line in table.strip().splitlines()]
    keys = [(gender, number, onset) for number in "sp" for gender in "mf" for onset in _ONSETS]
    return dict(zip(keys, (form for row in rows for form in row), strict=True))


ARTICLES: Final = {
    "the": _before("""
il  lo  l'
la  la  l'
i   gli gli
le  le  le
"""),
    "in": _before("""
nel   nello nell'
nella nella nell'
nei   negli negli
nelle nelle nelle
"""),
    "on": _before("""
sul   sullo sull'
sulla sulla sull'
sui   sugli sugli
sulle sulle sulle
"""),
    "near": _before("""
al    allo  all'
alla  alla  all'
ai    agli  agli
alle  alle  alle
"""),
}
"""The definite article alone and melted into a preposition (in + il = nel); ``near`` follows ``vicino``."""

INDEFINITE: Final = _before("""
un  uno un
una una un'
-   -   -
-   -   -
""")
"""Singular only."""

MANY: Final = {"m": "molti", "f": "molte"}
NUMERALS: Final = {"two": "due", "three": "tre"}

_AFTER: Final = """
red      rosso      rossa      rossi      rosse
black    nero       nera       neri       nere
white    bianco     bianca     bianchi    bianche
yellow   giallo     gialla     gialli     gialle
grey     grigio     grigia     grigi      grigie
green    verde      verde      verdi      verdi
blue     blu        blu        blu        blu
pink     rosa       rosa       rosa       rosa
tired    stanco     stanca     stanchi    stanche
happy    felice     felice     felici     felici
sad      triste     triste     tristi     tristi
slow     lento      lenta      lenti      lente
fast     veloce     veloce     veloci     veloci
strange  strano     strana     strani     strane
quiet    tranquillo tranquilla tranquilli tranquille
"""
_IN_FRONT: Final = {
    "small piccolo piccola piccoli piccole": """
piccolo piccolo piccolo
piccola piccola piccola
piccoli piccoli piccoli
piccole piccole piccole
""",
    "big grande grande grandi grandi": """
grande grande grande
grande grande grande
grandi grandi grandi
grandi grandi grandi
""",
    "old vecchio vecchia vecchi vecchie": """
vecchio vecchio vecchio
vecchia vecchia vecchia
vecchi vecchi vecchi
vecchie vecchie vecchie
""",
    "young giovane giovane giovani giovani": """
giovane giovane giovane
giovane giovane giovane
giovani giovani giovani
giovani giovani giovani
""",
    "beautiful bello bella belli belle": """
bel   bello bell'
bella bella bell'
bei   begli begli
belle belle belle
""",
    "good buono buona buoni buone": """
buon  buono buon
buona buona buon'
buoni buoni buoni
buone buone buone
""",
}


def _adjective(row: str, before: dict[Key, str]) -> Adjective:
    english, a, b, c, d = row.split()
    return Adjective(english, (a, b, c, d), before)


ADJECTIVES_AFTER: Final = tuple(_adjective(row, {}) for row in _AFTER.strip().splitlines())
ADJECTIVES_BEFORE: Final = tuple(_adjective(row, _before(table)) for row, table in _IN_FRONT.items())


def _verbs(table: str) -> tuple[Verb, ...]:
    rows = (line.split() for line in table.strip().splitlines())
    return tuple(Verb((a, b), (c, d)) for a, b, c, d in rows)


INTRANSITIVE: Final = _verbs("""
sleeps  sleep  dorme    dormono
runs    run    corre    corrono
sings   sing   canta    cantano
dances  dance  balla    ballano
swims   swim   nuota    nuotano
walks   walk   cammina  camminano
waits   wait   aspetta  aspettano
jumps   jump   salta    saltano
""")
TRANSITIVE: Final = _verbs("""
sees    see    vede     vedono
seeks   seek   cerca    cercano
finds   find   trova    trovano
draws   draw   disegna  disegnano
loves   love   ama      amano
follows follow segue    seguono
""")
EATS: Final = _verbs("""
eats    eat    mangia   mangiano
buys    buy    compra   comprano
""")
READS: Final = _verbs("""
reads   read   legge    leggono
writes  write  scrive   scrivono
""")
IS: Final = Verb(("is", "are"), ("è", "sono"))

PREPOSITIONS: Final = {
    "in": ("", "in"),
    "on": ("", "on"),
    "near": ("vicino", "near"),
    "under": ("sotto", "the"),
    "behind": ("dietro", "the"),
}
"""Each with the Italian word before the article (none where both melt) and its table in :data:`ARTICLES`."""
