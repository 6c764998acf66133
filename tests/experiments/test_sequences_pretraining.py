"""The stored runs of the sequences lab: what their cards say is measured again."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.core.params import with_values
from explorer.core.session import load_session, restore
from explorer.core.stored import read_card, stored_path
from explorer.experiments.sequences import create
from explorer.experiments.sequences.pretraining import RECIPES, data_sha256, pretrain, quality
from explorer.specs.sequences import SPEC, SequenceParams, task_of

LEAST = {
    "sequences-sentiment": ("negation_accuracy_percent", 97),
    "sequences-digits": ("accuracy_percent", 95),
    "sequences-caption": ("exact_match_percent", 90),
    "sequences-translate": ("exact_match_percent", 95),
    "sequences-dates": ("exact_match_percent", 95),
}


@pytest.mark.slow
@pytest.mark.parametrize("stem", [run.stem for run in SPEC.stored])
def test_a_stored_run_is_as_good_as_its_card_says(stem: str):
    session, card = load_session(stored_path(stem)), read_card(stem)
    params = with_values(SequenceParams(), session.params)
    experiment = create(params, session.seed)
    restore(session, experiment)
    assert params == RECIPES[stem].params
    assert quality(experiment) == pytest.approx(card.quality, abs=0.4)
    name, least = LEAST[stem]
    assert card.quality[name] >= least
    assert card.data_sha256 == data_sha256(experiment.task, task_of(params))


@pytest.mark.parametrize("stem", [run.stem for run in SPEC.stored])
def test_every_check_passes_on_a_stored_run(stem: str):
    session = load_session(stored_path(stem))
    experiment = create(with_values(SequenceParams(), session.params), session.seed)
    restore(session, experiment)
    assert [check.name for check in experiment.checks() if not check.passed] == []


def test_a_short_run_is_made_the_same_way_twice():
    one, _ = pretrain("sequences-sentiment", lambda n, of: None, 2)
    other, card = pretrain("sequences-sentiment", lambda n, of: None, 2)
    assert card.steps == 2
    for name, array in one.state.items():
        np.testing.assert_array_equal(array, other.state[name], err_msg=name)
