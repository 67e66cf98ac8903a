"""Draw how GRPO learns: held-out evidence gain and plan accuracy, and the rewards of training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from ai_salesman.training.stage_log import log_entries

__all__ = ["draw_curves", "read_log"]

_PANELS = (
    ("held_out/evidence_gain", "held-out evidence gain (nats a token)"),
    ("held_out/strategy", "held-out plans with the labelled strategy"),
    ("held_out/intent", "held-out plans with the labelled act"),
    ("reward", "reward in training"),
)
Curve = Sequence[tuple[int, float]]


def read_log(folder: Path) -> dict[str, Curve]:
    """Figure -> (step, value) of a stage's log; nothing where there is no log."""
    found: dict[str, list[tuple[int, float]]] = {}
    for entry in log_entries(folder / "log.jsonl"):
        for name, value in entry.items():
            if name != "step" and isinstance(value, int | float):
                found.setdefault(name, []).append((entry["step"], float(value)))
    return {name: tuple(curve) for name, curve in found.items()}


def draw_curves(logs: Mapping[str, Mapping[str, Curve]], out: Path) -> None:
    """Write a picture with one line for each model.

    Args:
        logs: model -> its log, as `read_log` gives it.
        out: PNG or SVG file; its folder is made.
    """
    import matplotlib
    from matplotlib.figure import Figure

    # Text stays text, and the same curves make the same file.
    matplotlib.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "curves"})
    figure = Figure(figsize=(11, 7), layout="constrained")
    for axes, (name, title) in zip(figure.subplots(2, 2).flat, _PANELS, strict=True):
        for model, log in logs.items():
            if name in log:
                steps, values = zip(*log[name], strict=True)
                axes.plot(steps, values, marker="o", markersize=3, label=model)
        axes.set_title(title, fontsize=10)
        axes.set_xlabel("step")
        axes.grid(alpha=0.3)
    handles, labels = figure.axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=4, fontsize=9)
    out.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(out, dpi=110, metadata={"Date": None} if out.suffix == ".svg" else None)
