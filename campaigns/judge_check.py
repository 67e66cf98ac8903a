"""Check judges: take sound calls of several salesmen, plant defects, and have both judged.

A call is sound when it ended without an infrastructure error and the embedded ledger and
compliance judges find nothing wrong with it. Calls are played by the campaign runner or taken
from a store; judging goes through the same graph as in any run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest

from ai_salesman.campaigns.campaign import Campaign
from ai_salesman.campaigns.runner import run_id
from ai_salesman.campaigns.store import RunStore
from ai_salesman.conversation.episode import Episode, transcript_of
from ai_salesman.conversation.facts import FactSheet
from ai_salesman.conversation.taxonomy import StopReason
from ai_salesman.conversation.turn import Turn
from ai_salesman.conversation.verdict import JudgeResult, Verdict
from ai_salesman.evaluation.base import Judge, JudgedCall
from ai_salesman.evaluation.cells import cells_of, failures_in
from ai_salesman.evaluation.defects.base import Defect, Draw, Scene, Split
from ai_salesman.evaluation.judge_check import JudgeCheck, Planted, find
from ai_salesman.graphs.judging_graph import build_judging_graph, judge_call

__all__ = [
    "DEV_CAMPAIGNS",
    "GATE",
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
GATE = ("claims", "compliance")
"""Embedded judges that say whether a call is sound."""
SALESMEN = (("script", "doga"), ("script", "static"), ("embedded", "doga"))
"""Salesmen and planners whose calls are taken by default."""
_SPARE = 1.5
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


def fault_of(episode: Episode, results: Sequence[JudgeResult]) -> str | None:
    """Why a call is not sound; None when it is."""
    if episode.stop is StopReason.INFRASTRUCTURE_ERROR:
        return "infrastructure error"
    verdicts = [result for result in results if isinstance(result, Verdict)]
    for verdict in verdicts:
        for claim in verdict.claims or ():
            if claim.status in ("contradicted", "forbidden"):
                return f"{claim.status} claim"
        for issue in verdict.compliance or ():
            return issue.rule.replace("_", " ")
    return None


@dataclass(frozen=True)
class Checker:
    """Judges calls with and without defects."""

    judges: Sequence[Judge]
    gate: Sequence[Judge]
    """Judges that say whether a call is sound."""
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
        planted: dict[str, list[Planted]] = {name: [] for name in self.defects}
        gate = build_judging_graph(self.gate)
        looked_at = 0
        for call in calls:
            if len(used) >= wanted:
                break
            looked_at += 1
            clean = _as_judged(call, call.episode.turns)
            failed = call.episode.stop is StopReason.INFRASTRUCTURE_ERROR
            fault = fault_of(call.episode, () if failed else await judge_call(gate, clean))
            if fault is not None:
                left_out[fault] += 1
                continue
            used.append(call)
            await self._spoil(call, clean, planted, failures)
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
            failures=dict(failures),
            defects=tuple(
                find(defect, planted[name], self.seed) for name, defect in self.defects.items()
            ),
        )

    async def _spoil(
        self,
        call: StoredCall,
        clean: JudgedCall,
        planted: Mapping[str, list[Planted]],
        failures: Counter[str],
    ) -> None:
        """Judge one sound call as it is and with each defect that it gives occasion for."""
        graph = build_judging_graph(self.judges)

        async def judged(heard: JudgedCall) -> tuple[JudgeResult, ...]:
            results = await judge_call(graph, heard)
            failures.update(failure.judge for failure in failures_in(results))
            return results

        before = cells_of(await judged(clean))
        scene = Scene(call.episode.turns, call.sheet, call.episode.persona.lead)
        for name, defect in self.defects.items():
            draw = Draw(f"{self.seed} {call.name} {name}", self.split)
            turns = defect.plant(scene, draw)
            if turns is not None:
                after = cells_of(await judged(_as_judged(call, tuple(turns))))
                planted[name].append(Planted(call.name, before, after))


def _as_judged(call: StoredCall, turns: tuple[Turn, ...]) -> JudgedCall:
    return JudgedCall(transcript_of(turns), call.sheet, call.episode.persona.lead)


def _campaign_of(call: StoredCall) -> str:
    """The run's name without its digest."""
    return call.episode.run.rsplit("-", 1)[0]
