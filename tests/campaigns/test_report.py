"""The report of a run: one page that needs nothing else, and obeys no word of a call."""

from __future__ import annotations

import json
import pickle
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest
from places import CAMPAIGNS
from typed import sound, typed

from ai_salesman.campaigns.call_figures import figures_of
from ai_salesman.campaigns.report.choice import choose
from ai_salesman.campaigns.report.contents import report_of, spread_of
from ai_salesman.campaigns.report.grids import by_tier, together
from ai_salesman.campaigns.report.marks import printed
from ai_salesman.campaigns.report.page import render
from ai_salesman.campaigns.store import RunStore
from ai_salesman.conversation.episode import Episode
from ai_salesman.conversation.taxonomy import Speaker
from ai_salesman.conversation.verdict import Claim, Verdict

NASTY = "<script>alert('x')</script> [red]x[/red] \x1b[31m \u202e \N{WAVING HAND SIGN} \u05e9\u05dc"
VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "use", "path"}
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("chrome")


class Page(HTMLParser):
    """Checks that every tag is closed, and keeps what a page shows and points to."""

    def __init__(self, text: str):
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.links: list[str] = []
        self.feed(text)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [v or "" for name, v in attrs if name in ("src", "href", "xlink:href")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag, (tag, self.getpos())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a store of six calls; one customer is renamed and says what HTML obeys."""
    made: Path = tmp_path_factory.mktemp("report")
    command = "--episodes 6 --salesman script --planner none --json --seed 3"
    sound(made, "run", str(CAMPAIGNS / "merchant_ads.yaml"), *command.split())
    store = RunStore(f"sqlite:///{made}/runs/ai-salesman.db")
    run = store.info("last").id
    store.rejudge(run, [_spoilt(store.episode(run, 0))])
    return made


@pytest.fixture(scope="module")
def store(folder: Path) -> RunStore:
    """That store."""
    return RunStore(f"sqlite:///{folder}/runs/ai-salesman.db")


def _spoilt(episode: Episode) -> Episode:
    turns = tuple(
        turn.model_copy(update={"text": f"{turn.text} {NASTY}"})
        if turn.speaker is Speaker.CUSTOMER
        else turn
        for turn in episode.turns
    )
    first = turns[0].text.split(".")[0]
    claims = (Claim(turn=0, quote=first, kind="price", status="contradicted", note=NASTY),)
    return episode.model_copy(
        update={
            "turns": turns,
            "persona": episode.persona.model_copy(update={"name": NASTY}),
            "verdicts": (*episode.verdicts, Verdict(judge="mine", claims=claims)),
        }
    )


def test_the_command_writes_one_file_that_needs_nothing_else(folder: Path) -> None:
    said = typed(folder, "report", "last", "--html", "report.html")
    assert (said.status, said.out) == (0, ""), said.err
    text = (folder / "report.html").read_text(encoding="utf-8")
    page = Page(text)
    assert "script" not in page.tags
    assert page.tags.count("svg") == 3
    assert all(link.startswith("#") for link in page.links), page.links
    assert not re.search(r"url\((?!#)", text)
    assert "prefers-color-scheme: dark" in text
    assert "@media print" in text
    for heading in ("Sold", "Who bought", "Was it true?", "How sure is this?"):
        assert f"<dt>{heading}</dt>" in text


def test_words_of_a_call_are_obeyed_by_nothing(store: RunStore) -> None:
    run = store.info("last").id
    text = render(report_of(store, run), store)
    assert "<script>" not in text
    assert "&lt;script&gt;alert" in text
    assert "[red]x[/red]" in text
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "\N{WAVING HAND SIGN}" in text


def test_json_holds_the_same(folder: Path, store: RunStore) -> None:
    told = json.loads(sound(folder, "report", "last", "--json"))
    assert told["summary"]["run"] == store.info("last").id
    assert told["remarks"][0]["heading"] == "Sold"
    assert told["ledger"]["kinds"]["price"]["contradicted"] == 1
    assert told["ledger"]["false_claims"][0]["call"] == 0
    assert sum(told["spread"]["sold"]) + sum(told["spread"]["others"]) == 6
    assert told["by_tier"]["columns"][0] == "all"
    assert len(told["by_tier"]["rows"]) == 13
    assert {call["why"] for call in told["calls"]} <= {"best", "worst", "sold on a false claim"}


def test_most_of_a_call_is_forgotten(store: RunStore) -> None:
    info = store.info("last")
    episode = store.episode(info.id, 1)
    kept = pickle.dumps(figures_of(episode, info.campaign.sheet))
    assert len(kept) < 0.1 * len(episode.model_dump_json()), "ten thousand calls fit in memory"


def test_citations_are_marked_and_no_word_is_lost(store: RunStore) -> None:
    info = store.info("last")
    episode = store.episode(info.id, 0)
    chosen = choose([figures_of(episode, info.campaign.sheet)])[0]
    call = printed(episode, chosen)
    for before, after in zip(episode.turns, call.turns, strict=True):
        shown = "".join(piece.text for piece in after.pieces)
        assert len(shown) >= len(before.text)
        if before.speaker is Speaker.SALESMAN:
            assert shown == before.text
    opening = call.turns[0]
    assert any(piece.bad for piece in opening.pieces)
    assert "claim contradicted" in [mark.label for mark in opening.marks]


def test_the_grids_count_calls(store: RunStore) -> None:
    info = store.info("last")
    calls = [figures_of(e, info.campaign.sheet) for e in store.episodes(info.id)]
    grid = by_tier(calls)
    assert max(row[0] for row in grid.calls) == 6
    for row in grid.calls:
        assert row[0] == sum(row[1:]), "every call is of one tier"
    assert together(calls) is None, "six calls show no correlation"
    many = together(calls * 4)
    assert many is not None
    assert all(cell is None or -1 <= cell <= 1 for row in many.cells for cell in row)
    spread = spread_of(calls)
    assert len(spread.edges) == len(spread.sold) + 1


@pytest.mark.skipif(CHROMIUM is None, reason="no chromium here: apt-get install chromium")
@pytest.mark.parametrize("scheme", [0, 1], ids=["dark", "light"])
def test_a_browser_shows_it(scheme: int, folder: Path, tmp_path: Path) -> None:
    sound(folder, "report", "last", "--html", "shown.html")
    picture = tmp_path / "page.png"
    flags = (
        "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --hide-scrollbars "
        "--disable-background-networking --disable-component-update --disable-sync "
        f"--window-size=900,1400 --blink-settings=preferredColorScheme={scheme}"
    )
    command = [str(CHROMIUM), *flags.split(), f"--user-data-dir={tmp_path}/profile"]
    command += [f"--screenshot={picture}", f"file://{folder}/shown.html"]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    from matplotlib.image import imread

    pixels = imread(picture)[:, :, :3]
    paper = pixels[5, 5].mean()
    assert (paper < 0.3) == (scheme == 0), "the page follows the reader's choice"
    assert 0.01 < (abs(pixels.mean(axis=2) - paper) > 0.25).mean() < 0.5, "and has ink on it"
