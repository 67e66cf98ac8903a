"""The card of a decision head: how it was trained, and its figures."""

from __future__ import annotations

from pathlib import Path

from ai_salesman.training.decision_training import AgreeBin, DecisionReport, DecisionSettings

__all__ = ["DECISION_CARD", "decision_card_text", "write_decision_card"]

DECISION_CARD = "DECISIONS.md"


def write_decision_card(folder: Path, report: DecisionReport, settings: DecisionSettings) -> Path:
    """Write the card beside the head; its path."""
    path = folder / DECISION_CARD
    path.write_text(decision_card_text(report, settings), encoding="utf-8")
    return path


def decision_card_text(report: DecisionReport, settings: DecisionSettings) -> str:
    """The card as Markdown."""
    r = report
    bins = "\n".join(map(_row, r.agree_bins))
    return f"""# The head that decides

One hidden layer of {settings.hidden} units that gives the chances of a customer's next act; with it
`learned:decides` chooses, and draws from the chances by the customer's own luck. Made by
`ai-salesman train decisions`.

It is told what a person would know of itself (interest, trust, patience, belief in what was said,
the price beside its reserve, each objection and whether it was answered, what it did so far, three
traits), what its ear heard (acts, questions, remedies, relevance, repetition) and the vector of the
last sentence heard. It is told neither the agenda's utility nor its chance of a yes.

## Data
{settings.calls:,} calls in which the corpus's salesmen, good and bad, call the `agenda` mind in
the corpus's trades: {r.learned_turns:,} turns, each with what the agenda chose. In one turn of
seven the customer did something else instead, so that the head also knows what follows where the
agenda would never have come; reserve prices were varied, so that it met bargains and absurd prices.
Wording (both sides') and personas (every third of each tier) are held out: no figure below is of a
sentence or a persona that it learned from. One temperature ({r.temperature:.2f}) was fitted on
other held-out wording.

## Figures on held-out wording and personas

{r.turns:,} turns.

| figure | value |
|---|---|
| likeliest act is the agenda's | {r.likeliest:.3f} |
| drawn act is the agenda's | {r.drawn:.3f} |
| always naming `{r.majority_act}`, the commonest | {r.majority:.3f} |
| log-loss of the chances | {r.log_loss:.3f} |
| the same of the shares of acts in training | {r.prior_log_loss:.3f} |

A drawn act differs from the agenda's in {1 - r.drawn:.0%} of the turns, the likeliest in
{1 - r.likeliest:.0%}. The agenda draws by luck, too, so no head could agree with it in all.

## A yes

{r.asked} turns asked for a decision at a known price; the agenda agreed in {r.agreed:.0%} of them,
and the head's mean chance of a yes was {r.predicted:.0%}. Brier score {r.brier:.3f}; a constant
chance gives {r.brier_prior:.3f}. A turn with a yes gets a higher chance than one without in
{r.auc:.0%} of pairs (AUC).

| chance of a yes | turns | mean chance | agreed |
|---|---|---|---|
{bins}

## Limits
What it decides it learned from one mind, the agenda's; what sets it apart is what it makes of the
words itself, what it got wrong, and luck. Both customers move by the same ear and the same state.
"""


def _row(found: AgreeBin) -> str:
    return (
        f"| {found.low:g} to {found.high:g} | {found.turns} | {found.predicted:.2f} "
        f"| {found.agreed:.2f} |"
    )
