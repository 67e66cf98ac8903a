"""Show what was mined, what the library covers, and what its scripts are worth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ai_salesman.scripts_library.call_shares import Share
    from ai_salesman.scripts_library.coverage import CellCoverage, Coverage, CoverageGain
    from ai_salesman.scripts_library.mining import Dropped, MinedLibrary, MiningSettings
    from ai_salesman.scripts_library.templates import Encode
    from ai_salesman.scripts_library.uplift import ScriptUplift, Uplift

__all__ = [
    "encoding_progress",
    "mined_comment",
    "show_coverage",
    "show_gain",
    "show_mined",
    "show_uplift",
]

_AT_ONCE = 256
_REASONS = {
    "rare": "said in too few won calls",
    "malformed": "no whole sentence, too long, or with a figure of one offer",
    "weak": "not likely to sell better than the usual answer",
    "twin_of_library": "the library says it already",
    "twin_of_mined": "another mined script says it",
}


@contextmanager
def encoding_progress(*, quiet: bool) -> Iterator[Encode]:
    """The sentence encoder, with a bar on standard error while it reads."""
    from rich.progress import Progress

    from ai_salesman.models.encoder import embedded_encoder

    encoder, console = embedded_encoder(), Console(stderr=True)
    hidden = quiet or not console.is_terminal
    with Progress(console=console, disable=hidden, transient=True) as progress:
        task = progress.add_task("reading", total=0)
        total = 0

        def encode(texts: Sequence[str]) -> NDArray[np.float32]:
            nonlocal total
            fresh = list(dict.fromkeys(texts))
            total += len(fresh)
            progress.update(task, total=total, description="encoding sentences")
            rows: dict[str, NDArray[np.float32]] = {}
            for start in range(0, len(fresh), _AT_ONCE):
                chunk = fresh[start : start + _AT_ONCE]
                rows.update(zip(chunk, encoder.encode_now(chunk), strict=True))
                progress.advance(task, len(chunk))
            return _stacked([rows[text] for text in texts], encoder.dimensions)

        yield encode


def mined_comment(mined: MinedLibrary, settings: MiningSettings) -> str:
    """What a reviewer should know, for the head of the pack."""
    return "\n".join(
        [
            f"Mined from corpus {mined.corpus}: {mined.won} calls won, {mined.lost} lost.",
            f"Kept: said in at least {settings.min_support} won calls, with probability "
            f"{settings.certainty:g} better than",
            "the usual answer to the same customer act, and nothing of the kind in the library.",
            "wins and losses: calls in which something like it was said. alpha and beta: the Beta",
            "posterior of its success. Read every line before you use it; delete what you dislike.",
        ]
    )


def show_mined(mined: MinedLibrary, out: Path) -> None:
    """Counts for people."""
    console = _console()
    console.print(
        f"{mined.won + mined.lost} calls ({mined.won} won), {mined.turns} salesman turns, "
        f"{mined.templates} clusters at cosine {mined.cut:g}"
    )
    table = Table("clusters", "", box=None)
    table.add_row(str(len(mined.pack.scripts)), "kept as scripts")
    for count, reason in _dropped(mined.dropped):
        table.add_row(str(count), f"dropped: {reason}")
    console.print(table)
    stages = (f"{stage.value} {count}" for stage, count in mined.by_stage.items() if count)
    console.print(f"by stage: {', '.join(stages) or 'none'}")
    if mined.without:
        console.print(f"no script mined for: {', '.join(act.value for act in mined.without)}")
    console.print(f"pack: {out}; read it, then: ai-salesman scripts check --pack {out}")


def show_coverage(coverage: Coverage, worst: int) -> None:
    """One library for people."""
    console = _console()
    console.print(_sentence(coverage))
    table = Table("customer act", "stage", "turns", "scripts", "asked", "said", "far", box=None)
    for cell in coverage.cells[:worst]:
        table.add_row(*_place(cell), f"{cell.asked:.2f}", _said(cell), _far(cell))
    console.print(table)
    _footnotes(console, coverage)


def show_gain(gain: CoverageGain, worst: int) -> None:
    """Two libraries, side by side."""
    console = _console()
    console.print(f"alone:     {_sentence(gain.before)}")
    console.print(f"with pack: {_sentence(gain.after)}")
    if gain.near_said:
        console.print(f"difference: {_signed(gain.near_said)}")
    columns = ("customer act", "stage", "turns", "scripts", "far alone", "far with pack")
    table = Table(*columns, box=None)
    after = {(cell.intent, cell.stage): cell for cell in gain.after.cells}
    for cell in gain.before.cells[:worst]:
        later = after[cell.intent, cell.stage]
        table.add_row(*_place(later), _far(cell), _far(later))
    console.print(table)
    _footnotes(console, gain.after)


def show_uplift(measured: Uplift, top: int) -> None:
    """The best and the worst scripts for people."""
    console = _console()
    console.print(
        f"{measured.calls} calls, {measured.wins} won; {measured.matched} of {measured.turns} "
        f"turns use a script; {len(measured.scripts)} scripts used often enough to tell"
    )
    best = [script for script in measured.scripts if script.uplift > 0][:top]
    worst = sorted(measured.scripts, key=lambda script: script.high)
    for title, rows in (("best", best), ("worst", [s for s in worst if s.uplift <= 0][:top])):
        if rows:
            console.print(f"{title}:")
        for line in (line for row in rows for line in _uplift_lines(row)):
            console.print(line)
    console.print(
        "won: calls with it, and calls that came to the same act and stage without it. expected: "
        "shrunk by how little scripts differ here. p: corrected for all scripts compared. An "
        "association, not proof of cause."
    )


def _uplift_lines(row: ScriptUplift) -> Iterator[str]:
    yield (
        f"  {row.uplift:+.1%} ({row.low:+.1%} to {row.high:+.1%}), expected {row.expected:+.1%}, "
        f"p {row.p_holm:.3f}; won {row.wins}/{row.wins + row.losses} against "
        f"{row.other_wins}/{row.other_wins + row.other_losses}; "
        f"{row.intent.value} at {row.stage.value}"
    )
    yield f"      {row.script}: {row.text}"


def _console() -> Console:
    return Console(highlight=False, soft_wrap=True, markup=False)


def _dropped(dropped: Dropped) -> list[tuple[int, str]]:
    return [(getattr(dropped, name), reason) for name, reason in _REASONS.items()]


def _sentence(coverage: Coverage) -> str:
    near = coverage.near_said
    said = (
        f"{near.value:.1%} ({near.low:.1%} to {near.high:.1%}) of {near.turns} turns in won calls "
        f"have a script near to what was said"
        if near
        else "no call was won, so nothing was said that sells"
    )
    return f"{coverage.scripts} scripts, {coverage.calls} calls: {said}"


def _signed(share: Share) -> str:
    return (
        f"{share.value * 100:+.1f} points ({share.low * 100:+.1f} to {share.high * 100:+.1f}, 95 %)"
    )


def _place(cell: CellCoverage) -> tuple[str, str, str, str]:
    return cell.intent.value, cell.stage.value, str(cell.turns), str(cell.scripts)


def _said(cell: CellCoverage) -> str:
    return "-" if cell.said is None else f"{cell.said:.2f}"


def _far(cell: CellCoverage) -> str:
    return "-" if cell.far is None else f"{cell.far:.0%}"


def _footnotes(console: Console, coverage: Coverage) -> None:
    acts = ", ".join(act.value for act in coverage.unanswered) or "none"
    console.print(f"acts that mostly find no near script: {acts}")
    console.print(
        f"far: share of turns in won calls without a script at cosine {coverage.threshold:g} or "
        "more to what was said; asked: cosine of the customer's words with the best script"
    )


def _stacked(rows: Sequence[NDArray[np.float32]], dimensions: int) -> NDArray[np.float32]:
    import numpy as np

    return np.stack(rows) if rows else np.zeros((0, dimensions), dtype=np.float32)
