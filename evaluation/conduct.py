"""The conduct judge: six capabilities and seven metrics, by the rubric.

A cell without occasion in this call is null, not zero. What a customer feels is credited only
where the customer's own turns show it.
"""

from __future__ import annotations

from collections.abc import Mapping

from ai_salesman.conversation.taxonomy import Capability, Metric
from ai_salesman.conversation.verdict import ScoreCell, Verdict
from ai_salesman.evaluation.base import JudgedCall
from ai_salesman.evaluation.criteria_customization import CUSTOMIZATION, RICHNESS
from ai_salesman.evaluation.criteria_faith import CORRECTNESS, GUIDELINES, SAFETY
from ai_salesman.evaluation.criteria_guidance import GUIDANCE, OBJECTION_HANDLING
from ai_salesman.evaluation.criteria_opening import DISCOVERY, OPENING
from ai_salesman.evaluation.criteria_presentation import ANALYSIS, PRESENTATION
from ai_salesman.evaluation.criteria_satisfaction import COHERENCE, FULFILMENT
from ai_salesman.evaluation.dossier import Dossier, open_dossier
from ai_salesman.evaluation.evidence import Finder
from ai_salesman.evaluation.reader import CallReader
from ai_salesman.evaluation.rubric import RubricCell, conduct_rubric, score_cell

__all__ = ["CAPABILITY_FINDERS", "METRIC_FINDERS", "ConductJudge"]

CAPABILITY_FINDERS: dict[Capability, dict[str, Finder]] = {
    Capability.OPENING: OPENING,
    Capability.NEEDS_DISCOVERY: DISCOVERY,
    Capability.BUSINESS_ANALYSIS: ANALYSIS,
    Capability.PRESENTATION: PRESENTATION,
    Capability.OBJECTION_HANDLING: OBJECTION_HANDLING,
    Capability.OPERATIONAL_GUIDANCE: GUIDANCE,
}
"""Capability -> criterion -> how it is found."""

METRIC_FINDERS: dict[Metric, dict[str, Finder]] = {
    Metric.GUIDELINE_ADHERENCE: GUIDELINES,
    Metric.FACTUAL_CORRECTNESS: CORRECTNESS,
    Metric.LOGICAL_COHERENCE: COHERENCE,
    Metric.NEED_FULFILMENT: FULFILMENT,
    Metric.CUSTOMIZATION: CUSTOMIZATION,
    Metric.RICHNESS: RICHNESS,
    Metric.SAFETY: SAFETY,
}
"""Metric -> criterion -> how it is found."""


class ConductJudge:
    """Scores how the salesman conducted the call."""

    name = "conduct"
    version = "1"

    def __init__(self, reader: CallReader):
        self._reader = reader

    async def judge(self, call: JudgedCall) -> Verdict:
        """The cells of the rubric, each with evidence."""
        dossier = open_dossier(await self._reader.read(call))
        rubric = conduct_rubric()
        return Verdict(
            judge=self.name,
            version=rubric.version,
            capabilities={
                name: _judged(cell, CAPABILITY_FINDERS[name], dossier)
                for name, cell in rubric.capabilities.items()
            },
            metrics={
                name: _judged(cell, METRIC_FINDERS[name], dossier)
                for name, cell in rubric.metrics.items()
            },
        )


def _judged(cell: RubricCell, finders: Mapping[str, Finder], dossier: Dossier) -> ScoreCell:
    if not dossier.read.salesman:
        return ScoreCell(score=None, reason="no occasion: the salesman never spoke")
    findings = {c.id: finders[c.id](dossier) for c in cell.criteria}
    return score_cell(cell, findings)
