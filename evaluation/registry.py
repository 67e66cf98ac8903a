"""The judges that ship with the package, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ai_salesman.conversation.errors import UnknownNameError
from ai_salesman.evaluation.base import Judge
from ai_salesman.evaluation.claims import ClaimsJudge
from ai_salesman.evaluation.compliance import ComplianceJudge
from ai_salesman.evaluation.conduct import ConductJudge
from ai_salesman.evaluation.outcome import OutcomeJudge
from ai_salesman.evaluation.reader import CallReader, call_reader
from ai_salesman.models.base import Encoder

__all__ = ["EMBEDDED_JUDGES", "embedded_judge", "embedded_judges"]

EMBEDDED_JUDGES: Mapping[str, Callable[[CallReader], Judge]] = {
    "outcome": OutcomeJudge,
    "conduct": ConductJudge,
    "claims": ClaimsJudge,
    "compliance": ComplianceJudge,
}
"""Name -> what makes the judge from a reader."""


def embedded_judge(name: str, encoder: Encoder) -> Judge:
    """The embedded judge called `name`; judges on one encoder share their reading of a call.

    Raises:
        UnknownNameError: no such judge.
    """
    if name not in EMBEDDED_JUDGES:
        raise UnknownNameError("judge", name, EMBEDDED_JUDGES)
    return EMBEDDED_JUDGES[name](call_reader(encoder))


def embedded_judges(encoder: Encoder) -> dict[str, Judge]:
    """All embedded judges, by name."""
    return {name: embedded_judge(name, encoder) for name in EMBEDDED_JUDGES}
