"""Breaches of rules and false claims, counted and per 100 salesman turns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Literal

from ai_salesman.campaigns.estimates import Part, Ratio
from ai_salesman.conversation.verdict import ComplianceRule, Verdict

__all__ = ["Compliance", "breaches_in", "compliance_of"]

_RULES: tuple[ComplianceRule, ...] = (
    "missing_disclosure",
    "pressure",
    "pressure_after_refusal",
    "continued_after_do_not_call",
    "invented_consent",
)
_BEFORE_CONSENT = {("compliance", "1"), ("compliance", "2")}
"""Judges of stored calls that did not ask whether the customer had said yes."""
_FALSE_CLAIMS: tuple[Literal["contradicted", "forbidden"], ...] = ("contradicted", "forbidden")


class Compliance(Part):
    """Breaches found by the judges. A judge that did not hear a call leaves its turns out."""

    missing_disclosure: int
    pressure: int
    """Turns that push, after a refusal or not."""
    pressure_after_refusal: int
    continued_after_do_not_call: int
    """Turns that sell to a customer who asked never to be called again."""
    invented_consent: int
    """Turns that take the order as given before the customer said yes."""
    contradicted_claims: int
    forbidden_claims: int
    per_100_turns: dict[str, Ratio]
    """Each of these per 100 salesman turns."""

    @property
    def breaches(self) -> dict[str, int]:
        """The rules that were broken, and how often; claims are counted elsewhere."""
        counts = {rule: int(getattr(self, rule)) for rule in _RULES}
        return {rule: count for rule, count in counts.items() if count}


Found = tuple[Mapping[str, Sequence[int]], int]
"""What was found in one call, as by `breaches_in` of every judge that looked; salesman turns."""


def breaches_in(verdict: Verdict) -> dict[str, int]:
    """Rule, or `<status>_claims` -> how often one judge found it; absent where it did not look."""
    found: dict[str, int] = {}
    if verdict.compliance is not None:
        rules = Counter(issue.rule for issue in verdict.compliance)
        old = (verdict.judge, verdict.version) in _BEFORE_CONSENT
        asked = [rule for rule in _RULES if not (old and rule == "invented_consent")]
        found |= {rule: rules[rule] for rule in asked}
    if verdict.claims is not None:
        statuses = Counter(claim.status for claim in verdict.claims)
        found |= {f"{status}_claims": statuses[status] for status in _FALSE_CLAIMS}
    return found


def compliance_of(calls: Sequence[Found]) -> Compliance:
    """The breaches of calls that did not fail for technical reasons."""
    names = (*_RULES, *(f"{status}_claims" for status in _FALSE_CLAIMS))
    pairs = {
        name: [(float(n), float(turns)) for found, turns in calls for n in found.get(name, ())]
        for name in names
    }
    counts = {name: int(sum(found for found, _ in rows)) for name, rows in pairs.items()}
    rates = {name: Ratio.of_counts(rows, times=100) for name, rows in pairs.items()}
    return Compliance(**counts, per_100_turns=rates)
