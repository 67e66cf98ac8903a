"""Episodes as lines of text."""

from __future__ import annotations

import json

from ai_salesman.conversation.episode import Episode

__all__ = ["export_line"]


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
