"""A sound call, ways to spoil it, and the embedded judges."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ai_salesman.campaigns.campaign import Campaign
from ai_salesman.conversation.facts import FactSheet
from ai_salesman.conversation.persona import Lead
from ai_salesman.conversation.taxonomy import Speaker
from ai_salesman.conversation.turn import Turn
from ai_salesman.evaluation.base import Judge, JudgedCall
from ai_salesman.evaluation.reader import CallReader, call_reader
from ai_salesman.evaluation.registry import embedded_judges
from ai_salesman.models.encoder import MiniLMEncoder

SOUND = """\
S: Hello Ms. Rivera, this is Dana from Wrenfield Listings, and I'm calling about being found by \
people nearby. This call is recorded for quality. Did I catch you at a good moment?
C: Oh hi, yes, I have a minute.
S: Thank you. How do new people find your bakery today, and where does it pinch?
C: Mostly word of mouth. The afternoons are really quiet, we only get a handful of walk-ins after \
two.
S: So the quiet afternoons are what hurts. What have you tried to bring more people in after two?
C: We printed flyers every month, but nobody came because of them. It costs me about $80 a month.
S: So you put $80 a month into flyers and the afternoons stay empty. What would ten more walk-ins \
a week be worth to you?
C: That would be great, maybe two hundred dollars a week.
S: Then here is what fits: your business comes up on the map when people nearby search for what \
you sell, and you see every week how many people called, clicked or asked for directions. Would \
that help in the afternoons?
C: That sounds good. How much is it?
S: It is $199 a month, on a 12-month contract with a start date of your choice.
C: Hmm, that's quite a lot for a small bakery like mine.
S: I understand, that is money you'd have to earn first. I'm allowed to give you 5 percent off the \
first year, and there's a 30-day money-back guarantee if it brings nothing. Does that settle it?
C: Okay, that makes me feel better. How do we start?
S: We email you a short form to look over, and your listing goes live once you have signed it. It \
takes about three working days. Which email address shall I use?
C: Use the one on our website. I'll take it, sign me up.
S: Thank you, Ms. Rivera. You get the Local Spotlight plan at $199 a month with 5 percent off the \
first year, and I'll email you the form today. Goodbye!
C: Thanks, bye.
"""

CallMaker = Callable[[str], JudgedCall]


@pytest.fixture(scope="session")
def sound() -> str:
    """A good call that ends in a sale, one turn a line."""
    return SOUND


@pytest.fixture(scope="session")
def sheet(merchant_ads: Campaign) -> FactSheet:
    """The sheet of the demo campaign."""
    return merchant_ads.sheet


@pytest.fixture
def reader(encoder: MiniLMEncoder) -> CallReader:
    """The reader that all judges share."""
    return call_reader(encoder)


@pytest.fixture
def judges(encoder: MiniLMEncoder) -> dict[str, Judge]:
    """The embedded judges by name."""
    return embedded_judges(encoder)


@pytest.fixture(scope="session")
def make_call(sheet: FactSheet) -> CallMaker:
    """Makes a call from lines 'S: ...' and 'C: ...'."""

    def make(lines: str) -> JudgedCall:
        turns = [
            Turn(
                index=index,
                speaker=Speaker.SALESMAN if line.startswith("S: ") else Speaker.CUSTOMER,
                text=line[3:],
            )
            for index, line in enumerate(lines.strip().splitlines())
        ]
        return JudgedCall(tuple(turns), sheet, Lead(name="Ms. Rivera", business="bakery"))

    return make
