"""`scripts mine`, `coverage` and `uplift` as their users meet them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from planned import planned_call
from typer.testing import CliRunner

from ai_salesman.campaigns.campaign import Campaign
from ai_salesman.campaigns.store import RunStore
from ai_salesman.cli.app import app
from ai_salesman.conversation.errors import AiSalesmanError, InputError, UnknownNameError
from ai_salesman.conversation.taxonomy import StopReason
from ai_salesman.corpus.build import CorpusSettings, build_corpus
from ai_salesman.corpus.dialogue import CorpusDialogue
from ai_salesman.corpus.written import write_dialogues
from ai_salesman.scripts_library.packs import load_scripts

PRICE = "It is {price}, and you can stop at the end of any month."
OWN = {
    "pack": "own",
    "stage": "presentation",
    "scripts": [
        {"id": "own.price", "intent": "ask_price", "strategy": "state_price", "text": PRICE}
    ],
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus of 70 calls, and a pack that stands alone: encoding the built-in ones is slow."""
    made = tmp_path_factory.mktemp("mining")
    write_dialogues(made / "corpus.jsonl", build_corpus(CorpusSettings(dialogues=70, seed=7)))
    (made / "own.yaml").write_text(yaml.safe_dump(OWN | {"alone": True}))
    return made


@pytest.fixture(scope="module")
def mined(folder: Path) -> dict[str, object]:
    """What `mine --json` prints; the pack lies in mined.yaml."""
    return json.loads(scripts(folder, "mine", "--out", f"{folder}/mined.yaml", *QUICK, "--json"))


QUICK = ("--min-support", "2", "--split", "train")


def scripts(folder: Path, name: str, *options: str) -> str:
    """What a command prints about the corpus, with the library that stands alone."""
    arguments = ["scripts", name, f"{folder}/corpus.jsonl", "--pack", f"{folder}/own.yaml"]
    done = CliRunner().invoke(app, [*arguments, *options], env={"COLUMNS": "200"})
    assert done.exit_code == 0, done.output
    return done.stdout


def complaint(*arguments: str) -> AiSalesmanError:
    """Why a command failed; the entry point prints it and ends with status 2."""
    error = CliRunner().invoke(app, ["scripts", *arguments]).exception
    assert isinstance(error, AiSalesmanError)
    return error


def test_a_pack_is_mined_and_read(folder: Path, mined: dict[str, object]) -> None:
    text = (folder / "mined.yaml").read_text(encoding="utf-8")
    assert text.startswith(f"# Mined from corpus {mined['corpus']}: {mined['won']} calls won")
    found = [s for s in load_scripts([folder / "mined.yaml"]) if s.id.startswith("mined.")]
    dropped = mined["dropped"]
    assert isinstance(dropped, dict)
    assert len(found) + sum(dropped.values()) == mined["templates"]
    assert all(script.wins >= 2 and script.alpha for script in found)


def test_the_summary_says_what_was_dropped_and_why(folder: Path, tmp_path: Path) -> None:
    shown = scripts(folder, "mine", "--out", str(tmp_path / "pack.yaml"), *QUICK)
    for words in ("kept as scripts", "dropped: said in too few won calls", "by stage:", "pack: "):
        assert words in shown


def test_which_acts_find_no_good_script(folder: Path, mined: dict[str, object]) -> None:
    assert mined["won"]
    alone = json.loads(scripts(folder, "coverage", "--json"))
    assert alone["scripts"] == 1 and len(alone["cells"]) > 10
    together = ("--pack", f"{folder}/mined.yaml")
    both = json.loads(scripts(folder, "coverage", *together, "--json"))
    assert both["scripts"] > 1
    assert both["near_said"]["value"] > alone["near_said"]["value"]
    shown = scripts(folder, "coverage", "--worst", "3")
    assert "acts that mostly find no near script: greet" in shown
    assert len(shown.splitlines()) == 7  # a sentence, a head, three cells, two notes


def test_scripts_of_a_corpus_have_uplifts(folder: Path, mined: dict[str, object]) -> None:
    assert mined["won"]
    options = ("--pack", f"{folder}/mined.yaml", "--split", "all")
    found = json.loads(scripts(folder, "uplift", *options, "--json"))
    assert found["calls"] == 70 and found["scripts"]
    shown = scripts(folder, "uplift", *options, "--top", "2")
    assert "70 calls" in shown and "not proof of cause" in shown and "%" in shown


def test_scripts_of_a_run_have_uplifts(
    folder: Path, merchant_ads: Campaign, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/runs.db"
    store = RunStore(url)
    store.begin("r", merchant_ads)
    other = "The price is not something that I talk about."
    said = [PRICE] * 20 + [other] * 20
    sold = [n % 20 < (15 if words == PRICE else 5) for n, words in enumerate(said)]
    calls = [planned_call(n, *pair) for n, pair in enumerate(zip(said, sold, strict=True))]
    store.save("r", calls)
    options = ["--pack", f"{folder}/own.yaml", "--store", url, "--json"]
    done = CliRunner().invoke(app, ["scripts", "uplift", "last", *options])
    assert done.exit_code == 0, done.output
    (script,) = json.loads(done.stdout)["scripts"]
    assert (script["script"], script["wins"], script["losses"]) == ("own.price", 15, 5)
    assert (script["other_wins"], script["other_losses"]) == (5, 15)
    assert 0 < script["low"] < script["uplift"] < script["high"]


def lost(dialogue: CorpusDialogue) -> CorpusDialogue:
    return dialogue.model_copy(update={"outcome": StopReason.REFUSED})


def test_one_sentence_where_there_is_nothing_to_learn(tmp_path: Path) -> None:
    corpus, out = tmp_path / "corpus.jsonl", str(tmp_path / "pack.yaml")
    corpus.write_text("")
    error = complaint("mine", str(corpus), "--out", out)
    assert isinstance(error, InputError) and "holds no dialogue; build one" in str(error)

    calls = [d for d in build_corpus(CorpusSettings(dialogues=6)) if d.split == "train"]
    write_dialogues(corpus, map(lost, calls))
    error = complaint("mine", str(corpus), "--out", out)
    assert f"none of the {len(calls)} labelled calls was won" in str(error)
    error = complaint("coverage", str(corpus), "--split", "valid")
    assert f"no dialogue in split 'valid' (it holds: train {len(calls)})" in str(error)
    assert isinstance(complaint("uplift", str(corpus), "--split", "tset"), UnknownNameError)
    assert "no such file" in str(complaint("uplift", str(tmp_path / "nowhere.jsonl")))
    error = complaint("uplift", "nowhere", "--store", f"sqlite:///{tmp_path}/runs.db")
    assert isinstance(error, UnknownNameError)
