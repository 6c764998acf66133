"""Tours are typed data: what they name has to be there, and the sentence says what was meant."""

from __future__ import annotations

from dataclasses import replace

import pytest

from explorer.catalog import LABS, spec
from explorer.core.errors import UserError
from explorer.core.spec import StoredRun
from explorer.core.tour import Action, has_tour, load_tour, parse_tour, validate
from tests.core.toy import SPEC

LAB = replace(SPEC, stored=(StoredRun("toy-first", "First"),))
HEAD = 'title = "A lesson"\nlab = "toy"\n'
SCENE = '[[scenes]]\nid = "one"\ntitle = "One"\ntext = "Words."\n'
WHOLE = (
    HEAD
    + SCENE
    + """
open = "stored:toy-first"
set = { rate = 0.2, noise = "flat" }
do = ["play", "pause", "step", { run = 30 }, { scrub = 10 }, { probe = [0.5, -1] }, { show = "fit:points" },
      { ask = "fit" }, { set = { momentum = 0.9 } }, { select = 3 }, { path = [1, 2] }]
until = { step = 500, timeout_s = 20, fallback = "toy-first" }
point_at = "fit"
ask = "Why?"
reveal = "Because."
then = ["play"]
"""
)


def tour_of(text: str):
    return parse_tour(text.encode(), "toy.toml")


def test_every_field_is_read_and_fits():
    tour = tour_of(WHOLE)
    validate(tour, LAB)
    scene = tour.scenes[0]
    assert scene.stored == "toy-first"
    assert scene.set == {"rate": 0.2, "noise": "flat"}
    assert scene.do[:3] == ("play", "pause", "step")
    assert [action.given for action in scene.do if isinstance(action, Action)][:3] == [("run",), ("scrub",), ("probe",)]
    assert scene.until is not None
    assert scene.until.timeout_s == 20
    assert tour.index("one") == 0
    assert tour.index("gone") == 0


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("title = ", "toy.toml"),
        (HEAD, "scenes"),
        (HEAD + SCENE + 'colour = "red"', "colour"),
        (HEAD + SCENE + 'do = ["dance"]', "dance"),
        (HEAD + SCENE + 'do = [{ run = "far" }]', "run"),
        (HEAD + '[[scenes]]\nid = "one"\ntitle = "One"', "text"),
    ],
)
def test_broken_form_is_a_sentence_that_names_the_place(text: str, says: str):
    with pytest.raises(UserError, match=says):
        tour_of(text)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ('point_at = "fot"', "no panel called “fot”; did you mean fit"),
        ('point_at = "zzzz"', "choose one of fit"),
        ('do = [{ show = "fitt:points" }]', "did you mean fit"),
        ('do = [{ ask = "fut" }]', "did you mean fit"),
        ("set = { momentun = 0.5 }", "no parameter called “momentun”; did you mean momentum"),
        ("set = { momentum = 7.0 }", "from 0 to 0.99"),
        ('set = { noise = "loud" }', "choose one of normal, flat"),
        ("do = [{ set = { ratte = 1.0 } }]", "did you mean rate"),
        ('open = "stored:toy-frist"', "no stored run called “toy-frist”; did you mean toy-first"),
        ('open = "somewhere"', "write “scratch” or “stored:”"),
        ('until = { scalar = "lost", below = 1.0 }', "no scalar called “lost”; did you mean loss"),
        ("until = { }", "either a step, or a scalar"),
        ("until = { step = 3, below = 1.0 }", "either a step, or a scalar"),
        ('until = { step = 3, fallback = "toy" }', "did you mean toy-first"),
        ("until = { step = 3, timeout_s = 0 }", "more than 0"),
        ("do = [{ run = 3, scrub = 4 }]", "one thing, this one has run and scrub"),
        ("do = [{ }]", "this one has nothing"),
        ("do = [{ run = -3 }]", "0 or more"),
        ("do = [{ path = [1, -2] }]", "0 or more"),
        ('ask = "Why?"', "write both ask and reveal"),
        ('then = ["play"]', "nothing is revealed"),
        (f'ask = "Why?"\nreveal = "{"so " * 61}"', "61 words"),
    ],
)
def test_what_does_not_fit_the_lab_is_named_with_the_closest_that_does(more: str, says: str):
    with pytest.raises(UserError, match="Scene one of the tour of toy") as error:
        validate(tour_of(HEAD + SCENE + more), LAB)
    assert says in str(error.value)


def test_two_scenes_of_one_id_and_another_labs_tour_are_refused():
    with pytest.raises(UserError, match="id"):
        validate(tour_of(HEAD + SCENE + SCENE), LAB)
    with pytest.raises(UserError, match=r"put it into toy\.toml"):
        validate(tour_of(WHOLE), spec("autoencoder"))
    with pytest.raises(UserError, match="no scenes"):
        validate(tour_of(HEAD + "scenes = []"), LAB)


def test_lab_without_a_tour_says_so():
    assert not has_tour("toy")
    with pytest.raises(UserError, match="no tour of the lab toy"):
        load_tour("toy")


@pytest.mark.parametrize("lab_id", [entry.id for entry in LABS])
def test_every_lab_has_a_tour_that_fits_it(lab_id: str):
    validate(load_tour(lab_id), spec(lab_id))
