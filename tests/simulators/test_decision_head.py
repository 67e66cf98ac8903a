"""The head that decides gives chances; a customer draws from them by luck of its own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ai_salesman.conversation.taxonomy import CustomerAct
from ai_salesman.simulators.decision_head import DecisionHead, Layers, drawn_act
from ai_salesman.simulators.luck import Luck

_A = CustomerAct
CHANCES = {_A.AGREE: 0.3, _A.HESITATE: 0.6, _A.REFUSE: 0.09, _A.HOSTILE: 0.01}


def draws(
    chances: dict[CustomerAct, float], turn: int = 3, asked: int = 1
) -> list[CustomerAct | None]:
    """What a thousand customers do."""
    lucks = (Luck(seed, "someone") for seed in range(1000))
    return [drawn_act(chances, list(CustomerAct), luck, turn, asked) for luck in lucks]


def test_acts_are_drawn_as_often_as_they_are_likely() -> None:
    found = draws(CHANCES)
    for act, chance in ((_A.AGREE, 0.3), (_A.HESITATE, 0.6), (_A.REFUSE, 0.09)):
        assert found.count(act) / len(found) == pytest.approx(chance, abs=0.05)
    assert _A.HOSTILE not in found  # too unlikely to be more than noise
    assert found == draws(CHANCES)


def test_whoever_makes_a_yes_likelier_keeps_every_yes() -> None:
    better = CHANCES | {_A.AGREE: 0.5, _A.HESITATE: 0.4}
    assert all(
        b is _A.AGREE for a, b in zip(draws(CHANCES), draws(better), strict=True) if a is _A.AGREE
    )
    assert draws(better).count(_A.AGREE) > draws(CHANCES).count(_A.AGREE)


def test_a_yes_has_its_luck_by_how_often_it_was_asked_for() -> None:
    early, late = draws({_A.AGREE: 0.5}, turn=3), draws({_A.AGREE: 0.5}, turn=9)
    assert early == late
    mixed = {_A.AGREE: 0.5, _A.HESITATE: 0.5}
    assert draws(mixed, asked=1) != draws(mixed, asked=2)


def test_what_is_not_possible_is_not_drawn() -> None:
    luck = Luck(1, "someone")
    assert drawn_act({_A.AGREE: 1.0}, [_A.HESITATE], luck, 1, 0) is None
    assert drawn_act(CHANCES, [_A.REFUSE], luck, 1, 0) is _A.REFUSE


def test_a_head_is_read_back_as_it_was_and_temperature_softens_it(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    layers = Layers(
        *(
            rng.normal(size=shape).astype(np.float16).astype(np.float32)
            for shape in ((5, 4), (4,), (4, 3), (3,))
        )
    )
    head = DecisionHead((_A.AGREE, _A.REFUSE, _A.BUSY), layers, "minilm")
    head.save(tmp_path / "head.safetensors")
    again = DecisionHead.load(tmp_path / "head.safetensors", "minilm")
    rows = rng.normal(size=(6, 5)).astype(np.float32)
    assert np.array_equal(head.chances(rows), again.chances(rows))
    assert again.chances(rows).sum(axis=1) == pytest.approx(1.0)
    assert again.chances_of(rows[0])[_A.BUSY] == pytest.approx(float(again.chances(rows)[0, 2]))
    assert head.tempered(4.0).chances(rows).max() < head.chances(rows).max()
