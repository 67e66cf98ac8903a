"""Episodes as text: JSON lines for machines, Markdown for people."""

from __future__ import annotations

import json

from ai_salesman.conversation.episode import Episode
from ai_salesman.conversation.taxonomy import Speaker

__all__ = ["export_line", "transcript_markdown"]


def export_line(episode: Episode, *, words_only: bool = False) -> str:
    """One episode as one line of JSON.

    `words_only` keeps what a seed fixes (no timings, no run name), for comparing runs.
    """
    if not words_only:
        return episode.model_dump_json()
    return json.dumps(
        {
            "index": episode.index,
            "seed": episode.seed,
            "persona": episode.persona.id,
            "stop": episode.stop.value,
            "turns": [[turn.speaker.value, turn.text] for turn in episode.turns],
        }
    )


def transcript_markdown(episode: Episode) -> str:
    """One episode as a Markdown section: who was called, what was said, how it ended."""
    persona, score = episode.persona, episode.score
    verdict = (
        f"score {score.total:.1f}, intent {score.intent or 'not judged'}"
        if score and score.total is not None
        else "not scored"
    )
    deal = f", at {episode.offer.price:,.2f}" if episode.offer else ""
    lines = [
        f"## Call {episode.index + 1}: {persona.name}, {persona.business}",
        "",
        f"*{persona.tier.value.replace('_', ' ')} tier, {persona.style.value} style; "
        f"ended: {episode.stop.value.replace('_', ' ')}{deal}; {verdict}*",
        "",
    ]
    for turn in episode.turns:
        plan = turn.outline.strategy if turn.outline else None
        note = f" *({plan.value.replace('_', ' ')})*" if plan else ""
        who = "Salesman" if turn.speaker is Speaker.SALESMAN else persona.name
        lines += [f"**{who}**{note}: {_escaped(turn.text)}", ""]
    return "\n".join(lines)


def _escaped(text: str) -> str:
    """Text that Markdown shows as it is."""
    return "".join(f"\\{c}" if c in "\\`*_{}[]<>#|" else c for c in text)
