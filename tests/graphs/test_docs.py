"""The graphs in the docs are the graphs in the code."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from ai_salesman.evaluation.base import Judge
from ai_salesman.graphs.episode_graph import build_episode_graph
from ai_salesman.graphs.judging_graph import build_judging_graph
from ai_salesman.graphs.parts import CallParts

DOCS = Path(__file__).parents[2] / "docs" / "graphs.md"


class _Seat:
    """Stands for a part or judge: drawing a graph calls none of them."""

    max_turns = 1
    version = "1"
    library = "scripts"

    def __init__(self, name: str = ""):
        self.name = name


def test_the_drawn_graphs_are_the_compiled_ones() -> None:
    episode = build_episode_graph(cast(CallParts, _Seat())).get_graph().draw_mermaid()
    names = ("outcome", "conduct", "claims", "compliance")
    judging = build_judging_graph([cast(Judge, _Seat(n)) for n in names])
    text = DOCS.read_text(encoding="utf-8")
    for drawing in (episode, judging.get_graph().draw_mermaid()):
        body = [line for line in drawing.splitlines() if "-->" in line or "-.->" in line]
        assert body
        for line in body:
            assert line.strip() in text, f"docs/graphs.md lacks {line.strip()}"
