"""The constants of the customer's mind, in one place, for calibration."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

__all__ = ["MindSettings"]


class MindSettings(BaseModel):
    """How strongly each kind of event moves the mind. Tiers differ by persona numbers only."""

    model_config = ConfigDict(frozen=True)

    turn_cost: float = 0.008
    """Patience that any turn costs."""
    length_cost: float = 0.0012
    """Patience per word beyond `length_free`."""
    length_free: int = 45
    repetition_cost: float = 0.20
    """Patience for a turn said before word for word."""
    repetition_free: float = 0.35
    irrelevance_cost: float = 0.04
    """Patience for a turn that passes by what I last asked."""
    useless_fact_cost: float = 0.015
    """Patience for facts that serve no need of mine."""
    nonsense_cost: float = 0.24
    """Patience for a turn that makes no sense, after `nonsense_turns` of them in a row."""
    nonsense_trust: float = 0.2
    """Share of trust that it costs then."""
    nonsense_turns: int = 3
    """The ear takes one sensible turn in forty for nonsense: the first ones cost less."""
    pressure_patience: float = 0.16
    pressure_trust: float = 0.14
    suspicion_trust: float = 0.22
    """Trust lost by a contradiction or a tall claim."""

    rapport_trust: float = 0.075
    rapport_patience: float = 0.05
    rapport_decay: float = 0.65
    """Each further question or kind word counts for this share of the one before."""
    courtesy_trust: float = 0.02
    """Trust for saying who calls, and for required notices."""
    proof_trust: float = 0.08
    """Trust gained by the first proof or guarantee."""

    belief_rate: float = 0.75
    """Share of the way to trust that belief goes on a clear statement."""
    interest_rate: float = 0.9
    """Interest per unit of weighted belief gained."""
    interest_decay: float = 0.02

    unsettled_cost: float = 0.012
    """Patience that an answer costs which settles nothing."""
    resolve_base: float = 0.30
    resolve_trust: float = 0.75
    resolve_strength: float = 0.40
    unfit_remedy: float = 0.35
    """Worth of a usual remedy that is not this customer's own."""
    softening: float = 0.85
    """What is left of a doubt's strength after an answer that did not resolve it."""

    appreciation: float = 3.0
    """How fast perceived value nears the reserve as coverage grows."""
    price_weight: float = 0.3
    """Weight of the surplus in utility at sensitivity 0."""
    sensitivity_weight: float = 0.5
    """What full price sensitivity adds to it."""
    beyond_reserve: float = 12.0
    """Utility that a price above the reserve costs for each reserve that it is too much: at five
    percent over, more than all trust and interest can bring."""
    trust_weight: float = 0.55
    interest_weight: float = 0.58
    doubt_weight: float = 0.4
    """Utility that heavy doubts cost; light ones cost their share of it."""
    latent_share: float = 0.25
    """Share of that for a doubt never spoken of."""
    effort: float = 0.12
    """Utility that changing anything costs; half of it goes with openness."""
    threshold: float = -0.03
    temperature: float = 0.21
    far_below: float = 0.8
    """Utility so far under the threshold counts towards a refusal."""

    price_doubt_gap: float = 0.10
    """Part of the price that perceived value may miss before it becomes a doubt."""

    haggle_base: float = 0.05
    """Chance that somebody to whom money means nothing bargains."""
    haggle_sensitivity: float = 0.7
    """What full price sensitivity adds to it."""
    open_high: float = 0.92
    """First figure of somebody to whom money means nothing, as a share of what it would pay."""
    open_sensitivity: float = 0.25
    """What full price sensitivity takes off that share."""
    open_luck: float = 0.06
    """How far the first figure strays from it either way."""
    pace: float = 0.35
    """Part of the way to the most it would pay that each further figure goes."""
    pace_openness: float = 0.3
    """What full openness adds to it."""
    unconvinced: float = 0.75
    """Share of the reserve towards which the figures of somebody go that is not won over."""
    rounds: float = 4.0
    """Figures that the most patient customer names before it takes or leaves what is asked."""
    haggle_gap: float = 0.02
    """Share of the price under which a difference is not worth another word."""

    hang_up: float = 0.05
