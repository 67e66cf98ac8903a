"""A call is read once, whoever asks, and however the asking ends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ai_salesman.conversation.taxonomy import CustomerAct
from ai_salesman.evaluation.base import JudgedCall
from ai_salesman.evaluation.claims import ClaimsJudge
from ai_salesman.evaluation.compliance import ComplianceJudge
from ai_salesman.evaluation.conduct import ConductJudge
from ai_salesman.evaluation.outcome import OutcomeJudge
from ai_salesman.evaluation.reader import CallReader
from ai_salesman.models.encoder import MiniLMEncoder

MakeCall = Callable[[str], JudgedCall]


class CountingEncoder:
    """The embedded encoder, which counts how often it is asked."""

    dimensions = 384

    def __init__(self, inner: MiniLMEncoder):
        self.name = inner.name
        self.asked = 0
        self._inner = inner

    async def encode(self, texts: list[str]) -> NDArray[np.float32]:
        self.asked += 1
        await asyncio.sleep(0)
        return self._inner.encode_now(texts)


async def test_four_judges_side_by_side_read_once(
    encoder: MiniLMEncoder, make_call: MakeCall, sound: str
) -> None:
    counting = CountingEncoder(encoder)
    reader = CallReader(counting)
    call = make_call(sound)
    kinds = (OutcomeJudge, ConductJudge, ClaimsJudge, ComplianceJudge)
    await asyncio.gather(*(kind(reader).judge(call) for kind in kinds))
    assert counting.asked == 2  # the sheet, and the call
    await OutcomeJudge(reader).judge(make_call(sound))
    assert counting.asked == 3  # the same sheet is known


async def test_a_cancelled_judge_does_not_take_the_reading_from_the_others(
    encoder: MiniLMEncoder, make_call: MakeCall, sound: str
) -> None:
    reader = CallReader(CountingEncoder(encoder))
    call = make_call(sound)
    hasty = asyncio.create_task(reader.read(call))
    await asyncio.sleep(0)
    patient = asyncio.create_task(reader.read(call))
    await asyncio.sleep(0)
    hasty.cancel()
    assert len((await patient).turns) == 18


async def test_both_speakers_are_heard(
    encoder: MiniLMEncoder, make_call: MakeCall, sound: str
) -> None:
    read = await CallReader(encoder).read(make_call(sound))
    assert CustomerAct.ASK_PRICE in read.turns[9].acts()
    assert CustomerAct.AGREE in read.turns[15].acts()
    assert read.closing.text.endswith("Thanks, bye.")
    assert [turn.index for turn in read.salesman] == list(range(0, 18, 2))
