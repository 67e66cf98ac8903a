"""Every built-in script, filled from every example campaign, makes supported claims only."""

from __future__ import annotations

from collections import Counter
from itertools import cycle
from pathlib import Path

import pytest

from ai_salesman.conversation.facts import FactSheet
from ai_salesman.conversation.files import load_yaml
from ai_salesman.conversation.persona import Lead
from ai_salesman.conversation.slots import FACT_SLOTS, fill_slots
from ai_salesman.conversation.taxonomy import Speaker
from ai_salesman.conversation.turn import Turn
from ai_salesman.evaluation.base import Judge, JudgedCall
from ai_salesman.scripts_library.packs import load_scripts

CAMPAIGNS = sorted((Path(__file__).parents[2] / "examples" / "campaigns").glob("*.yaml"))
EVERY = 6
"""Every sixth script, another sixth for each campaign: all of them would take minutes."""


def filled_scripts(sheet: FactSheet, offset: int) -> list[str]:
    facts = {slot: cycle([f.wording for f in sheet.in_slot(slot).values()]) for slot in FACT_SLOTS}
    needs = cycle(sheet.needs.values())
    texts = []
    for script in load_scripts()[offset::EVERY]:
        need = next(needs)
        values = {slot: next(wordings, "") for slot, wordings in facts.items()}
        values |= {
            "company": sheet.company,
            "agent": sheet.agent,
            "product": sheet.product,
            "customer": "Ms. Rivera",
            "business": "bakery",
            "need": need.phrase,
            "problem": need.problem,
            "disclosure": sheet.disclosures[0],
            "callback_time": "on Thursday afternoon",
        }
        texts.append(fill_slots(script.text, values)[0])
    return texts


@pytest.mark.slow
@pytest.mark.parametrize("path", CAMPAIGNS, ids=lambda path: path.stem)
async def test_scripts_make_supported_claims_only(judges: dict[str, Judge], path: Path) -> None:
    sheet = FactSheet.model_validate(load_yaml(path)["sheet"])
    texts = filled_scripts(sheet, CAMPAIGNS.index(path) % EVERY)
    turns = tuple(
        Turn(index=i, speaker=Speaker.SALESMAN, text=text) for i, text in enumerate(texts)
    )
    call = JudgedCall(turns, sheet, Lead(name="Ms. Rivera", business="bakery"))
    ledger = (await judges["claims"].judge(call)).claims or ()
    standing = Counter(claim.status for claim in ledger)
    wrong = [f"{c.quote} ({c.note})" for c in ledger if c.status != "supported"]
    assert standing["supported"] > 20
    assert len(wrong) <= 0.02 * len(ledger), wrong
