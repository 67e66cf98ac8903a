"""Check judges: take sound calls of several salesmen, plant defects, and have both judged.

Whether a call is sound is said by how it was made and never by a judge: the claims guard let
every turn of the salesman pass, the customer was healthy, and the plan behind the words took up
what the customer doubted and sold nothing right after a no.
Calls are played by the campaign runner or taken from a store; judging goes through the same
graph as in any run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise, zip_longest
from statistics import fmean

from ai_salesman.campaigns.campaign import Campaign
from ai_salesman.campaigns.runner import run_id
from ai_salesman.campaigns.store import RunStore
from ai_salesman.conversation.episode import Episode, transcript_of
from ai_salesman.conversation.facts import FactSheet
from ai_salesman.conversation.taxonomy import CustomerAct, Speaker, Stage, StopReason, Strategy
from ai_salesman.conversation.turn import Turn
from ai_salesman.conversation.verdict import JudgeResult
from ai_salesman.evaluation.base import Judge, JudgedCall
from ai_salesman.evaluation.cells import Cells, cells_of, failures_in
from ai_salesman.evaluation.defects.base import Defect, Draw, Scene, Split
from ai_salesman.evaluation.health import health_of, unhealthy_signals
from ai_salesman.evaluation.judge_check import JudgeCheck, Planted, find
from ai_salesman.graphs.judging_graph import build_judging_graph, judge_call

__all__ = [
    "DEV_CAMPAIGNS",
    "FEWEST_TURNS",
    "SALESMEN",
    "Checker",
    "StoredCall",
    "campaigns_to_play",
    "fault_of",
    "run_to_use",
    "stored_calls",
]

DEV_CAMPAIGNS = frozenset({"business_internet", "health_insurance", "merchant_ads"})
"""Shipped campaigns that judges may be mended on; figures are published for the others."""
FEWEST_TURNS = 4
"""Turns of the salesman from which a call has more than an opening."""
SALESMEN = (
    ("script", "doga"),
    ("embedded", "doga"),
    ("script", "static"),
    ("embedded", "none"),
    ("script", "none"),
)
"""Salesmen and planners whose calls are taken by default."""
_NO = frozenset({CustomerAct.REFUSE, CustomerAct.DO_NOT_CALL})
_DOUBTS = frozenset(act for act in CustomerAct if act.value.startswith("objection_"))
_MEETING_DOUBTS = frozenset({Stage.OBJECTION_HANDLING, Stage.OPERATIONAL_GUIDANCE})
"""A doubt is met by an answer, or by a step that takes it up, such as another day to call."""
_YIELDING = frozenset(
    {
        Strategy.RESPECT_NO,
        Strategy.ACKNOWLEDGE_OBJECTION,
        Strategy.SCHEDULE_CALLBACK,
        Strategy.ASK_PERMISSION,
    }
)
"""What a plan may do right after a no."""
_SPARE = 2.2
"""Calls played for each one wanted, because not all are sound."""


@dataclass(frozen=True)
class StoredCall:
    """A call with what it was about."""

    episode: Episode
    sheet: FactSheet
    salesman: str
    """Salesman and planner."""

    @property
    def name(self) -> str:
        """Run and number."""
        return f"{self.episode.run}/{self.episode.index}"


def campaigns_to_play(campaigns: Sequence[Campaign], calls: int, seed: int) -> list[Campaign]:
    """Each campaign by each of the salesmen, with enough episodes for `calls` sound calls."""
    each = -(-round(calls * _SPARE) // (len(campaigns) * len(SALESMEN)))
    return [
        campaign.model_copy(
            update={"salesman": salesman, "planner": planner, "episodes": each, "seed": seed}
        )
        for campaign in campaigns
        for salesman, planner in SALESMEN
    ]


def run_to_use(store: RunStore, campaign: Campaign) -> tuple[str, bool]:
    """The run of a campaign, and whether it is finished and need not be played."""
    known = store.find(campaign.digest())
    if not known:
        return run_id(campaign), False
    return known[0], store.info(known[0]).finished


def stored_calls(store: RunStore, runs: Iterable[str]) -> list[StoredCall]:
    """The calls of some runs, taken in turn from each of them."""
    shelves = [_shelf(store, run) for run in runs]
    return [call for call in chain(*zip_longest(*shelves)) if call is not None]


def _shelf(store: RunStore, run: str) -> list[StoredCall]:
    info = store.info(run)
    campaign = info.campaign
    salesman = f"{campaign.salesman} ({campaign.planner})"
    return [StoredCall(e, campaign.sheet, salesman) for e in store.episodes(info.id)]


def fault_of(episode: Episode) -> str | None:
    """Why a call is not sound, by its record; None when it is."""
    if episode.stop is StopReason.INFRASTRUCTURE_ERROR:
        return "infrastructure error"
    salesman = [turn for turn in episode.turns if turn.speaker is Speaker.SALESMAN]
    if len(salesman) < FEWEST_TURNS:
        return "ended in the opening"
    if any(turn.guard is None for turn in salesman):
        return "turns without a guard"
    sick = unhealthy_signals(health_of(episode))
    if sick:
        return f"customer: {sick[0].replace('_', ' ')}"
    if _sells_after_no(episode.turns):
        return "no plan to respect a no"
    return "no plan for most doubts" if _passes_over_doubts(episode.turns) else None


def _sells_after_no(turns: Sequence[Turn]) -> bool:
    """Whether a turn right after a refusal or a ban on calls was planned to sell."""
    return any(
        answer.outline is not None and answer.outline.strategy not in _YIELDING
        for heard, answer in pairwise(turns)
        if heard.trace is not None and heard.trace.act in _NO
    )


def _passes_over_doubts(turns: Sequence[Turn]) -> bool:
    """Whether most doubts were answered by a turn that was planned for something else."""
    met = [
        answer.outline is not None and answer.outline.stage in _MEETING_DOUBTS
        for heard, answer in pairwise(turns)
        if heard.trace is not None and heard.trace.act in _DOUBTS
    ]
    return sum(met) < len(met) / 2


@dataclass(frozen=True)
class Checker:
    """Judges calls with and without defects."""

    judges: Sequence[Judge]
    defects: Mapping[str, Defect]
    split: Split
    seed: int

    async def check(
        self, calls: Sequence[StoredCall], wanted: int, on_call: Callable[[], None] | None = None
    ) -> JudgeCheck:
        """Check the judges on the first `wanted` sound ones of `calls`.

        Args:
            calls: stored calls, sound or not.
            wanted: the most sound calls to use.
            on_call: told after each sound call.
        """
        left_out: Counter[str] = Counter()
        failures: Counter[str] = Counter()
        used: list[StoredCall] = []
        sound: list[Cells] = []
        planted: dict[str, list[Planted]] = {name: [] for name in self.defects}
        looked_at = 0
        for call in calls:
            if len(used) >= wanted:
                break
            looked_at += 1
            fault = fault_of(call.episode)
            if fault is not None:
                left_out[fault] += 1
                continue
            used.append(call)
            sound.append(await self._spoil(call, planted, failures))
            if on_call:
                on_call()
        return JudgeCheck(
            judges=tuple(judge.name for judge in self.judges),
            campaigns=tuple(sorted({_campaign_of(call) for call in used})),
            salesmen=dict(Counter(call.salesman for call in used)),
            split=self.split,
            seed=self.seed,
            played=looked_at,
            sound=len(used),
            left_out=dict(left_out),
            false_alarms=_flagged(sound),
            failures=dict(failures),
            defects=tuple(
                find(defect, planted[name], self.seed) for name, defect in self.defects.items()
            ),
        )

    async def _spoil(
        self,
        call: StoredCall,
        planted: Mapping[str, list[Planted]],
        failures: Counter[str],
    ) -> Cells:
        """Judge one sound call as it is, and with each defect that it gives occasion for.

        Returns its cells without any defect.
        """
        graph = build_judging_graph(self.judges)

        async def judged(heard: JudgedCall) -> tuple[JudgeResult, ...]:
            results = await judge_call(graph, heard)
            failures.update(failure.judge for failure in failures_in(results))
            return results

        before = cells_of(await judged(_as_judged(call, call.episode.turns)))
        scene = Scene(call.episode.turns, call.sheet, call.episode.persona.lead)
        for name, defect in self.defects.items():
            draw = Draw(f"{self.seed} {call.name} {name}", self.split)
            turns = defect.plant(scene, draw)
            if turns is not None:
                after = cells_of(await judged(_as_judged(call, tuple(turns))))
                planted[name].append(Planted(call.name, before, after))
        return before


def _flagged(sound: Sequence[Cells]) -> dict[str, float]:
    """Share of the sound calls with an entry in a ledger, for each kind of entry."""
    flags: dict[str, list[bool]] = {}
    for cells in sound:
        for cell, value in cells.items():
            if "." in cell.name:
                flags.setdefault(cell.name, []).append(value == 0)
    return {name: fmean(found) for name, found in flags.items()}


def _as_judged(call: StoredCall, turns: tuple[Turn, ...]) -> JudgedCall:
    return JudgedCall(transcript_of(turns), call.sheet, call.episode.persona.lead)


def _campaign_of(call: StoredCall) -> str:
    """The run's name without its digest."""
    return call.episode.run.rsplit("-", 1)[0]
