"""The hidden side of a salesman turn: its outline, the scripts behind it, the guard."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from ai_salesman.conversation.outline import Outline, RetrievedScript
from ai_salesman.conversation.turn import GuardAction, Turn
from ai_salesman.tui.fields import field_table, literal
from ai_salesman.tui.formatting import name_of
from ai_salesman.tui.palette import Palette

__all__ = ["describe_salesman_turn"]


def describe_salesman_turn(turn: Turn, palette: Palette) -> RenderableType:
    """Everything that is known of the turn, top down by importance."""
    parts: list[RenderableType] = []
    if turn.outline is None:
        parts.append(Text("This turn has no outline.", palette.muted))
    else:
        parts.append(_plan(turn.outline, palette))
    if turn.guard is not None:
        parts.append(_guard(turn.guard, palette))
    if turn.outline is not None and turn.outline.scripts:
        parts.append(_scripts(turn.outline.scripts, palette))
    return Group(*parts)


def _plan(outline: Outline, palette: Palette) -> Table:
    intent = Text.assemble(
        (name_of(outline.intent.act), "bold"), f"  {outline.intent.probability:.0%}"
    )
    stage = name_of(outline.stage) if outline.stage else "none"
    strategy = name_of(outline.strategy) if outline.strategy else "none"
    belief = outline.belief
    rows = {
        "intent": intent,
        "stage": Text(stage),
        "strategy": Text(strategy, f"bold {palette.accent}"),
        "goal": literal(outline.goal),
        "facts": literal("\n".join(f"{slot}: {name}" for slot, name in outline.key_facts.items())),
        "need": literal(outline.focus_need or ""),
        "avoid": literal("\n".join(outline.avoid), palette.warn),
        "believes": Text(f"interest {belief.interest:.2f}, trust {belief.trust:.2f}"),
        "query": literal(outline.query),
        "then": Text("end the call" if outline.end_call else ""),
    }
    return field_table(rows, palette)


def _guard(guard: GuardAction, palette: Palette) -> Table:
    if guard.fell_back:
        action = Text("the best script was spoken instead", palette.bad)
    elif guard.rewrites:
        times = "once" if guard.rewrites == 1 else f"{guard.rewrites} times"
        action = Text(f"rewritten {times}", palette.warn)
    else:
        action = Text("passed", palette.good)
    problems = literal("\n".join(guard.problems), palette.warn)
    return field_table({"guard": action, "stopped": problems}, palette)


def _scripts(scripts: tuple[RetrievedScript, ...], palette: Palette) -> RenderableType:
    parts: list[RenderableType] = [Text("\nscripts", "bold")]
    for script in scripts:
        figures = f"like {script.similarity:.2f} x success {script.success:.2f}"
        parts.append(
            Text.assemble(
                (f"{script.score:.2f}", f"bold {palette.accent}"),
                f"  {name_of(script.strategy)}\n",
                (f"{figures}  ", palette.muted),
                literal(script.id, palette.muted),
            )
        )
        parts.append(literal(script.text + "\n"))
    return Group(*parts)
