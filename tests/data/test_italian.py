"""English to Italian: translations written by hand, and agreement checked by rules of its own."""

from __future__ import annotations

import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.data.italian import ENGLISH, ITALIAN, LONGEST, draw, truth
from explorer.data.vocabulary import words_of

BY_HAND = {
    "the blue fox sleeps": "la volpe blu dorme",
    "the red cat sleeps": "il gatto rosso dorme",
    "the red cats sleep": "i gatti rossi dormono",
    "the black dogs run": "i cani neri corrono",
    "the white cow walks": "la mucca bianca cammina",
    "the white cows walk": "le mucche bianche camminano",
    "the squirrels jump": "gli scoiattoli saltano",
    "a squirrel jumps": "uno scoiattolo salta",
    "the uncle does not sing": "lo zio non canta",
    "the old uncle sings": "il vecchio zio canta",
    "the bird sings": "l' uccello canta",
    "the birds sing": "gli uccelli cantano",
    "a bee waits": "un' ape aspetta",
    "the bees wait": "le api aspettano",
    "an eagle sees a mouse": "un' aquila vede un topo",
    "a bear eats an apple": "un orso mangia una mela",
    "an old bear eats two oranges": "un vecchio orso mangia due arance",
    "the girls do not read the letters": "le ragazze non leggono le lettere",
    "a happy boy reads a book": "un ragazzo felice legge un libro",
    "many happy boys read many books": "molti ragazzi felici leggono molti libri",
    "many frogs swim": "molte rane nuotano",
    "three grey wolves seek the aunt": "tre lupi grigi cercano la zia",
    "the beautiful bird dances": "il bell' uccello balla",
    "a beautiful cat dances": "un bel gatto balla",
    "the beautiful cats dance": "i bei gatti ballano",
    "the beautiful eagles dance": "le belle aquile ballano",
    "two beautiful bears dance": "due begli orsi ballano",
    "the aunt finds a beautiful mirror": "la zia trova un bello specchio",
    "the aunt finds the good backpack": "la zia trova il buono zaino",
    "a good dog follows the good bears": "un buon cane segue i buoni orsi",
    "a good eagle sleeps": "una buon' aquila dorme",
    "the horse eats the small pink flowers": "il cavallo mangia i piccoli fiori rosa",
    "the girl buys three big green hats": "la ragazza compra tre grandi cappelli verdi",
    "the cat sleeps in the garden": "il gatto dorme nel giardino",
    "the cats sleep in the house": "i gatti dormono nella casa",
    "the dog runs in the stadium": "il cane corre nello stadio",
    "the dogs run in the stadiums": "i cani corrono negli stadi",
    "the fox waits on the island": "la volpe aspetta sull' isola",
    "the fox waits on the mountains": "la volpe aspetta sulle montagne",
    "the cow is near the lake": "la mucca è vicino al lago",
    "the cow is near the trees": "la mucca è vicino agli alberi",
    "the mouse sleeps under the tree": "il topo dorme sotto l' albero",
    "the wolf walks behind the old house": "il lupo cammina dietro la vecchia casa",
    "the city is big": "la città è grande",
    "the cities are beautiful": "le città sono belle",
    "the fox is tired": "la volpe è stanca",
    "the foxes are not tired": "le volpi non sono stanche",
    "the fox and the dog are tired": "la volpe e il cane sono stanchi",
    "the fox and the cow are tired": "la volpe e la mucca sono stanche",
    "a ring is yellow": "un anello è giallo",
    "the stars are not green": "le stelle non sono verdi",
    "the girl writes a letter": "la ragazza scrive una lettera",
    "the boy draws the blue lakes": "il ragazzo disegna i laghi blu",
    "the fox sleeps and the dog runs .": "la volpe dorme e il cane corre .",
    "the cat sleeps while two mice dance": "il gatto dorme mentre due topi ballano",
    "the frogs love the strange key": "le rane amano la chiave strana",
    "the squirrel finds a mushroom": "lo scoiattolo trova un fungo",
}
NOT_ENGLISH = [
    "",
    "the",
    "fox",
    "the fox",
    "the fox sleep",
    "the foxes sleeps",
    "the fox does not sleeps",
    "the fox do not sleep",
    "the fox not sleeps",
    "a foxes sleep",
    "two fox sleep",
    "a eagle sleeps",
    "an fox sleeps",
    "the fox blue sleeps",
    "the fox sees",
    "the fox sleeps the dog",
    "the fox is",
    "the fox does not is tired",
    "the fox and the dog sleeps",
    "the fox sleeps and",
    "and the fox sleeps",
    "the fox sleeps in a garden",
    "the fox sleeps . .",
    ". the fox sleeps",
    "the purple fox sleeps",
    "the cat sleeps while the two mice dance",
    "the girl buys big green hats",
    "the small pink flowers",
    "the beautiful bird",
    "a bee works",
]


@pytest.mark.parametrize(("english", "italian"), BY_HAND.items())
def test_translations_made_by_hand(english: str, italian: str):
    assert truth(words_of(english, 40)[0]) == tuple(italian.split())


@pytest.mark.parametrize("english", NOT_ENGLISH)
def test_other_sentences_have_no_translation(english: str):
    assert truth(words_of(english, 40)[0]) is None


@pytest.mark.parametrize("longer", [False, True])
@pytest.mark.parametrize("held_out", [False, True])
def test_draws_are_what_the_parser_translates(longer: bool, held_out: bool):
    for one in draw(np.random.default_rng(2), 300 if held_out else 1500, held_out=held_out, longer=longer):
        assert truth(one.english) == one.italian
        assert (len(one.english) > LONGEST) == longer
        assert all(word in ENGLISH for word in one.english)
        assert all(word in ITALIAN for word in one.italian)


def words(*lines: str) -> set[str]:
    return {word for line in lines for word in line.split()}


MASCULINE = words(
    "cane cani gatto gatti uccello uccelli ragazzo ragazzi orso orsi cavallo cavalli topo topi lupo lupi",
    "scoiattolo scoiattoli zio zii fiore fiori fungo funghi libro libri cappello cappelli specchio specchi",
    "zaino zaini anello anelli giardino giardini albero alberi lago laghi stadio stadi",
)
BEFORE_VOWEL = {
    "m": {"un", "l'", "gli", "bell'", "begli", "buon", "nell'", "negli", "sull'", "sugli", "all'", "agli"},
    "f": {"un'", "l'", "le", "bell'", "belle", "buon'", "nell'", "nelle", "sull'", "sulle", "all'", "alle"},
}
BEFORE_IMPURE = {"uno", "lo", "gli", "bello", "begli", "buono", "nello", "negli", "sullo", "sugli", "allo", "agli"}
FORMS_BY_SOUND = words(
    "un uno una un' il lo la l' i gli le bel bello bella bell' bei begli belle buon buono buona buon'",
    "nel nello nella nell' nei negli nelle sul sullo sulla sull' sui sugli sulle",
    "al allo alla all' ai agli alle",
)
BEFORE_PLAIN = FORMS_BY_SOUND - BEFORE_IMPURE - {form for form in FORMS_BY_SOUND if form.endswith("'")}


def test_what_stands_before_a_word_fits_its_sound():
    """The rules of every school grammar, on the letters of the next word rather than on the tables."""
    seen = set()
    for one in draw(np.random.default_rng(7), 3000) + draw(np.random.default_rng(7), 1000, longer=True):
        for form, following in zip(one.italian, one.italian[1:], strict=False):
            if form not in FORMS_BY_SOUND or following in ("e", "mentre", ".", "vicino", "sotto", "dietro", "non"):
                continue
            if following.startswith(("sc", "sp", "st", "z")):
                gender = "m" if following in MASCULINE else "f"
                fits = BEFORE_IMPURE if gender == "m" else BEFORE_PLAIN
            elif following[0] in "aeiou":
                fits = BEFORE_VOWEL["m" if following in MASCULINE else "f"]
            else:
                fits = BEFORE_PLAIN
            if following in ITALIAN_NOUNS or form not in ("bello", "bella", "belle", "buono", "buona"):
                assert form in fits, one
                seen.add(form)
    assert len(seen) > 40


ITALIAN_NOUNS = MASCULINE | words(
    "volpe volpi ragazza ragazze ape api aquila aquile mucca mucche rana rane zia zie mela mele",
    "arancia arance lettera lettere chiave chiavi stella stelle casa case foresta foreste città",
    "isola isole montagna montagne",
)
ENDINGS = {"rosso", "nero", "bianco", "giallo", "stanco", "lento", "strano", "tranquillo", "grigio", "piccolo"}


def test_adjectives_next_to_a_noun_end_as_gender_and_number_ask():
    """Feminine ends in -a or -e, masculine in -o or -i, plural in -e or -i, for adjectives with four forms."""
    stems = {one[:-1]: one for one in ENDINGS}
    n_checked = 0
    for one in draw(np.random.default_rng(8), 3000):
        for noun, adjective in zip(one.italian, one.italian[1:], strict=False):
            stem = adjective[:-1].removesuffix("h")
            if noun not in ITALIAN_NOUNS or noun == "città" or stem not in stems | {"grig": "", "grigi": ""}:
                continue
            plural = noun in PLURALS
            expected = ("i" if plural else "o") if noun in MASCULINE else ("e" if plural else "a")
            assert adjective.endswith(expected), one
            n_checked += 1
    assert n_checked > 300


PLURALS = words(
    "cani gatti uccelli ragazzi orsi cavalli topi lupi scoiattoli zii fiori funghi libri cappelli specchi",
    "zaini anelli giardini alberi laghi stadi volpi ragazze api aquile mucche rane zie mele arance",
    "lettere chiavi stelle case foreste isole montagne",
)


def test_verbs_and_first_subjects_agree():
    """A sentence that begins with one plural noun has a verb in -no; with a singular one it has none."""
    for one in draw(np.random.default_rng(9), 3000):
        if "e" in one.italian or "mentre" in one.italian:
            continue
        first = next(word for word in one.italian if word in ITALIAN_NOUNS)
        plural_verb = any(word.endswith(("ano", "ono")) and word not in ("strano", "buono") for word in one.italian)
        assert plural_verb == (first in PLURALS), one
        assert ("non" in one.italian) == ("not" in one.english)


def test_sentences_are_many():
    drawn = draw(np.random.default_rng(0), 8000)
    assert len({one.english for one in drawn}) > 6500
    used = {word for one in drawn for word in one.english}
    assert used == set(ENGLISH.tokens[4:])


def test_training_shows_every_word_of_longer_sentences():
    shown = {word for one in draw(np.random.default_rng(0), 8000) for word in one.italian}
    longer = {word for one in draw(np.random.default_rng(1), 500, longer=True) for word in one.italian}
    assert longer <= shown


def test_one_sentence_in_eight_is_held_out_and_never_in_training():
    def hashed(words: tuple[str, ...]) -> int:
        return zlib.crc32(" ".join(words).removesuffix(" .").encode()) % 8

    assert all(hashed(one.english) for one in draw(np.random.default_rng(1), 3000))
    held_out = draw(np.random.default_rng(1), 300, held_out=True)
    assert not any(hashed(one.english) for one in held_out)
    assert any(one.english[-1] == "." for one in held_out)


def test_one_seed_is_one_list():
    assert draw(np.random.default_rng(5), 100) == draw(np.random.default_rng(5), 100)
    assert draw(np.random.default_rng(5), 100) != draw(np.random.default_rng(6), 100)


@given(st.lists(st.one_of(st.sampled_from(ENGLISH.tokens), st.text(max_size=5)), max_size=12))
def test_any_words_are_judged(words: list[str]):
    found = truth(words)
    assert found is None or all(word in ITALIAN for word in found)
