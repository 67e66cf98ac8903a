"""Read script packs and check a library for gaps and twins."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ai_salesman.conversation.errors import InputError
from ai_salesman.conversation.files import load_yaml_model
from ai_salesman.conversation.taxonomy import CustomerAct, Stage
from ai_salesman.scripts_library.script import Pack, Script

__all__ = ["LibraryReport", "builtin_packs", "check_library", "digest_of", "load_scripts"]

TWIN_COSINE = 0.93
"""Two scripts at least this alike are paraphrase twins."""


@dataclass(frozen=True)
class LibraryReport:
    """What `check_library` found."""

    scripts: int
    by_stage: dict[Stage, int]
    by_intent: dict[CustomerAct, int]
    twins: tuple[tuple[str, str, float], ...]
    """Pairs of script ids with their cosine."""

    @property
    def gaps(self) -> tuple[str, ...]:
        """Stages and intents without any script."""
        stages = [stage.value for stage in Stage if not self.by_stage.get(stage)]
        intents = [act.value for act in CustomerAct if not self.by_intent.get(act)]
        return (*stages, *intents)


def builtin_packs() -> list[Path]:
    """Paths of the packs that ship with the package."""
    folder = Path(str(resources.files("ai_salesman.scripts_library"))) / "packs"
    return sorted(folder.glob("*.yaml"))


def load_scripts(extra: Iterable[Pack | Path] = ()) -> list[Script]:
    """All scripts of the built-in packs and of `extra`, in file order.

    The built-in packs are left out when one of `extra` wants to be alone.

    Raises:
        InputError: a pack is broken, or two scripts share an id.
    """
    scripts: dict[str, Script] = {}
    own = [pack if isinstance(pack, Pack) else load_yaml_model(pack, Pack) for pack in extra]
    builtin = [] if any(pack.alone for pack in own) else builtin_packs()
    for pack in [*(load_yaml_model(path, Pack) for path in builtin), *own]:
        for script in pack.scripts:
            if script.id in scripts:
                raise InputError(
                    f"script id {script.id!r} is used twice; rename one",
                    source=f"pack {pack.pack!r}",
                    field="id",
                )
            scripts[script.id] = script
    return list(scripts.values())


def digest_of(scripts: Sequence[Script]) -> str:
    """Identifies the content of a library: 16 hex digits."""
    joined = "\n".join(script.model_dump_json(exclude_none=True) for script in scripts)
    return hashlib.sha256(joined.encode()).hexdigest()[:16]


def check_library(scripts: Sequence[Script], vectors: NDArray[np.float32]) -> LibraryReport:
    """Count scripts by stage and intent and list paraphrase twins.

    Args:
        scripts: the library.
        vectors: unit vectors of their texts, shape (len(scripts), dimensions).
    """
    cosine = vectors @ vectors.T
    rows, columns = np.where(np.triu(cosine, k=1) >= TWIN_COSINE)
    return LibraryReport(
        scripts=len(scripts),
        by_stage={stage: sum(s.stage is stage for s in scripts) for stage in Stage},
        by_intent={act: sum(s.intent is act for s in scripts) for act in CustomerAct},
        twins=tuple(
            (scripts[i].id, scripts[j].id, float(cosine[i, j]))
            for i, j in zip(rows.tolist(), columns.tolist(), strict=True)
        ),
    )
