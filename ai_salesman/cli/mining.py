"""`ai-salesman scripts mine|coverage|uplift`: what calls teach the script library."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ai_salesman.cli.options import JsonOption, PackOption, StoreOption

if TYPE_CHECKING:
    from ai_salesman.corpus.dialogue import CorpusDialogue
    from ai_salesman.scripts_library.script import Script

__all__ = ["coverage", "mine", "uplift"]

CorpusArgument = Annotated[
    Path, typer.Argument(help="Corpus file, one dialogue a line.", metavar="CORPUS.jsonl")
]
SplitOption = Annotated[str, typer.Option(help="train, valid, test or all.")]


def mine(
    corpus: CorpusArgument,
    out: Annotated[Path, typer.Option(help="Pack to write, YAML.")],
    split: SplitOption = "train",
    pack: PackOption = None,
    min_support: Annotated[
        int, typer.Option(min=1, help="Won calls in which a script must have been said.")
    ] = 5,
    certainty: Annotated[
        float,
        typer.Option(
            min=0, max=0.999, help="Least probability that it sells better than the usual answer."
        ),
    ] = 0.5,
    twin_cosine: Annotated[
        float, typer.Option(min=0.01, max=1, help="Scripts as near to another as this are dropped.")
    ] = 0.9,
    json: JsonOption = False,
) -> None:
    """Mine a script pack from won calls, for people to review.

    Turns of like meaning are clustered; a cluster that won often enough, and oftener than what else
    was said to the same customer act, gives a script. What the library says already is left out.

    Examples:

      ai-salesman scripts mine runs/corpus.jsonl --out mined.yaml

      ai-salesman scripts mine calls.jsonl --split all --min-support 10 --certainty 0.9 --out m.yaml
    """
    from ai_salesman.cli.mining_view import encoding_progress, mined_comment, show_mined
    from ai_salesman.scripts_library.mining import MiningSettings, mine_scripts
    from ai_salesman.scripts_library.pack_file import write_pack
    from ai_salesman.scripts_library.packs import load_scripts

    settings = MiningSettings(min_support=min_support, certainty=certainty, twin_cosine=twin_cosine)
    library, dialogues = load_scripts(pack or ()), _dialogues(corpus, split)
    with encoding_progress(quiet=json) as encode:
        mined = mine_scripts(dialogues, library, encode, settings)
    write_pack(out, mined.pack, mined_comment(mined, settings))
    if json:
        typer.echo(mined.model_dump_json(indent=2, exclude={"pack", "cells"}))
    else:
        show_mined(mined, out)


def coverage(
    corpus: CorpusArgument,
    split: SplitOption = "test",
    pack: PackOption = None,
    threshold: Annotated[
        float | None, typer.Option(min=0, max=1, help="Cosine from which a script is near.")
    ] = None,
    worst: Annotated[int, typer.Option(min=1, help="Rows of the table, worst first.")] = 20,
    json: JsonOption = False,
) -> None:
    """Which customer acts find no good script? Held-out calls against the library.

    With --pack, the built-in packs alone are set beside built-in and --pack together, unless the
    pack leaves the built-in ones out (alone: true).

    Examples:

      ai-salesman scripts coverage runs/corpus.jsonl

      ai-salesman scripts coverage runs/corpus.jsonl --pack mined.yaml --json
    """
    from ai_salesman.cli.mining_view import encoding_progress, show_coverage, show_gain
    from ai_salesman.scripts_library.coverage import NEAR, coverage_gain, measure_coverage
    from ai_salesman.scripts_library.packs import load_scripts

    near = NEAR if threshold is None else threshold
    scripts, dialogues = load_scripts(pack or ()), _dialogues(corpus, split)
    more = _beside(load_scripts(), scripts)
    with encoding_progress(quiet=json) as encode:
        if more:
            gain = coverage_gain(dialogues, load_scripts(), more, encode, near)
        else:
            alone = measure_coverage(dialogues, scripts, encode, near)
    if json:
        typer.echo((gain if more else alone).model_dump_json(indent=2))
    elif more:
        show_gain(gain, worst)
    else:
        show_coverage(alone, worst)


def uplift(
    calls: Annotated[
        str, typer.Argument(help="Corpus file, or a run: its id, or 'last'.", metavar="CORPUS|RUN")
    ],
    split: SplitOption = "test",
    pack: PackOption = None,
    least_calls: Annotated[
        int, typer.Option(min=1, help="Fewest calls with a script, and without it.")
    ] = 5,
    top: Annotated[int, typer.Option(min=1, help="Scripts to show: best and worst.")] = 10,
    store: StoreOption = "sqlite:///runs/ai-salesman.db",
    json: JsonOption = False,
) -> None:
    """How much likelier is a call won when a script was used than when something else was said?

    Both sides answer the same customer act at the same stage. This is no proof of cause: good
    salesmen choose good scripts. A run brings its own packs; --split is for a corpus.

    Examples:

      ai-salesman scripts uplift runs/corpus.jsonl --pack mined.yaml

      ai-salesman scripts uplift last --json
    """
    from ai_salesman.cli.mining_view import encoding_progress, show_uplift
    from ai_salesman.scripts_library.uplift import measure_uplift

    if Path(calls).suffix in {".jsonl", ".json"} or Path(calls).is_file():
        from ai_salesman.scripts_library.packs import load_scripts

        dialogues, scripts = _dialogues(Path(calls), split), load_scripts(pack or ())
    else:
        dialogues, scripts = _run(store, calls, pack or [])
    with encoding_progress(quiet=json) as encode:
        measured = measure_uplift(dialogues, scripts, encode, least_calls)
    if json:
        typer.echo(measured.model_dump_json(indent=2))
    else:
        show_uplift(measured, top)


def _dialogues(corpus: Path, split: str) -> list[CorpusDialogue]:
    from collections import Counter

    from ai_salesman.conversation.errors import InputError, UnknownNameError
    from ai_salesman.corpus.build import read_corpus
    from ai_salesman.corpus.dialogue import Split

    known = [*map(str, Split), "all"]
    if split not in known:
        raise UnknownNameError("split", split, known, source="--split")
    everything = read_corpus(corpus)
    if not everything:
        raise InputError("holds no dialogue; build one: ai-salesman corpus build", source=corpus)
    chosen = [dialogue for dialogue in everything if split in ("all", dialogue.split)]
    if not chosen:
        held = Counter(str(dialogue.split) for dialogue in everything)
        listed = ", ".join(f"{name} {count}" for name, count in sorted(held.items()))
        raise InputError(
            f"no dialogue in split {split!r} (it holds: {listed}); choose another --split",
            source=corpus,
        )
    return chosen


def _run(store: str, run: str, packs: list[Path]) -> tuple[list[CorpusDialogue], list[Script]]:
    from ai_salesman.campaigns.run_dialogues import dialogues_of_run
    from ai_salesman.campaigns.store import RunStore
    from ai_salesman.scripts_library.packs import load_scripts

    opened = RunStore(store)
    info = opened.info(run)
    own = [pack for pack in info.campaign.packs if not isinstance(pack, str)]
    dialogues = dialogues_of_run(opened.episodes(info.id), info.campaign.sheet)
    return list(dialogues), load_scripts([*own, *packs])


def _beside(library: list[Script], everything: list[Script]) -> list[Script]:
    """What `everything` has beside `library`; nothing if a pack in it replaces the library."""
    known, found = {s.id for s in library}, {s.id for s in everything}
    return [script for script in everything if script.id not in known] if known <= found else []
