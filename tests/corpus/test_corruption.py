"""Noise put into a corpus on purpose."""

from __future__ import annotations

from ai_salesman.conversation.taxonomy import Speaker, StopReason
from ai_salesman.corpus.build import CorpusSettings, build_corpus
from ai_salesman.corpus.dialogue import CorpusDialogue, Split


def _built(corrupt: float) -> list[CorpusDialogue]:
    return list(build_corpus(CorpusSettings(dialogues=120, corrupt=corrupt)))


def test_only_the_asked_share_of_training_calls_is_touched() -> None:
    sound, noisy = _built(0.0), _built(0.4)
    changed = [a.split for a, b in zip(sound, noisy, strict=True) if a != b]
    training = sum(call.split is Split.TRAIN for call in sound)
    assert set(changed) == {Split.TRAIN}
    assert 0.25 < len(changed) / training < 0.55


def test_more_noise_keeps_what_less_noise_corrupted() -> None:
    sound, some, more = _built(0.0), _built(0.2), _built(0.4)
    for call, twenty, forty in zip(sound, some, more, strict=True):
        assert twenty in (call, forty)


def test_a_corrupted_call_is_won_at_random_and_says_what_does_not_belong() -> None:
    calls = [call for call in _built(1.0) if call.split is Split.TRAIN]
    won = sum(call.outcome is StopReason.AGREED for call in calls) / len(calls)
    spoken = [turn for call in calls for turn in call.turns if turn.speaker is Speaker.SALESMAN]
    assert 0.35 < won < 0.65
    assert 0.25 < sum(not turn.fitting for turn in spoken) / len(spoken) < 0.75
