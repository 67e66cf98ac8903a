"""The script library: packs, checks, the Chroma index, and ranking."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from ai_salesman.conversation.errors import InputError
from ai_salesman.conversation.slots import SLOT_FORMS
from ai_salesman.conversation.taxonomy import CustomerAct, Stage, Strategy
from ai_salesman.models.encoder import MiniLMEncoder
from ai_salesman.scripts_library.index import open_index
from ai_salesman.scripts_library.packs import check_library, digest_of, load_scripts
from ai_salesman.scripts_library.retrieve import ScriptLibrary, ScriptQuery
from ai_salesman.scripts_library.script import Script
from ai_salesman.scripts_library.success import SuccessPosterior

PRICE_QUERY = ScriptQuery(
    text="customer: objection price. reframe value: That is too expensive for us.",
    stage=Stage.OBJECTION_HANDLING,
    strategy=Strategy.REFRAME_VALUE,
    intent=CustomerAct.OBJECTION_PRICE,
    slots=frozenset(SLOT_FORMS),
    segments=frozenset({"business"}),
)


@pytest.fixture(scope="module")
def scripts() -> list[Script]:
    return load_scripts()


@pytest.fixture(scope="module")
def library(
    scripts: list[Script], encoder: MiniLMEncoder, tmp_path_factory: pytest.TempPathFactory
) -> ScriptLibrary:
    folder = tmp_path_factory.mktemp("index")
    return ScriptLibrary(scripts, open_index(scripts, encoder, folder), encoder)


def test_the_library_is_broad_and_without_twins(
    scripts: list[Script], encoder: MiniLMEncoder
) -> None:
    report = check_library(scripts, encoder.encode_now([script.text for script in scripts]))
    assert report.scripts >= 250
    assert report.gaps == ()
    assert report.twins == ()


def pack(folder: Path, **script: object) -> Path:
    path = folder / "mine.yaml"
    sound = {"id": "mine.1", "intent": "ask_price", "strategy": "state_price", "text": "{price}."}
    content = {"pack": "mine", "stage": "presentation", "scripts": [sound | script]}
    path.write_text(yaml.safe_dump(content))
    return path


def test_a_pack_of_your_own(tmp_path: Path, scripts: list[Script]) -> None:
    (mine,) = load_scripts([pack(tmp_path)])[len(scripts) :]
    assert (mine.stage, mine.facts) == (Stage.PRESENTATION, ("price",))


def test_an_unknown_fact_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"mine\.1.*unknown fact {rebate}"):
        load_scripts([pack(tmp_path, text="You get {rebate}.")])


def test_a_double_id_is_refused(tmp_path: Path, scripts: list[Script]) -> None:
    with pytest.raises(InputError, match="used twice"):
        load_scripts([pack(tmp_path, id=scripts[0].id)])


async def test_an_objection_finds_answers_to_it(library: ScriptLibrary) -> None:
    found = await library.retrieve(PRICE_QUERY)
    assert len(found) == 3
    assert all(script.strategy is Strategy.REFRAME_VALUE for script in found)
    assert [script.score for script in found] == sorted((s.score for s in found), reverse=True)


async def test_a_used_script_does_not_come_back(library: ScriptLibrary) -> None:
    from dataclasses import replace

    first = (await library.retrieve(PRICE_QUERY))[0]
    again = await library.retrieve(replace(PRICE_QUERY, used=frozenset({first.id})))
    assert first.id not in [script.id for script in again]


async def test_scripts_that_need_missing_facts_do_not_fit(library: ScriptLibrary) -> None:
    from dataclasses import replace

    poor = replace(PRICE_QUERY, slots=frozenset({"need"}), count=20)
    for script in await library.retrieve(poor):
        assert "{benefit}" not in script.text


def test_the_index_is_kept_and_rebuilt_when_a_pack_changes(
    tmp_path: Path, scripts: list[Script], encoder: MiniLMEncoder
) -> None:
    few = scripts[:5]
    assert open_index(few, encoder, tmp_path).count() == 5
    assert open_index(few, encoder, tmp_path).count() == 5
    changed = [*few[:4], few[4].model_copy(update={"text": "Something else entirely."})]
    assert digest_of(changed) != digest_of(few)
    assert open_index(changed, encoder, tmp_path).count() == 5
    assert sum(path.is_dir() for path in tmp_path.iterdir()) == 2


def test_success_is_shrunk_to_its_kind_and_to_the_base_rate() -> None:
    def script(name: str, wins: int, losses: int, strategy: Strategy) -> Script:
        return Script(
            id=name,
            stage=Stage.PRESENTATION,
            intent=CustomerAct.ASK_PRICE,
            strategy=strategy,
            text="Some words.",
            wins=wins,
            losses=losses,
        )

    success = SuccessPosterior(
        [
            script("proven", 90, 10, Strategy.STATE_PRICE),
            script("lucky", 2, 0, Strategy.STATE_PRICE),
            script("unseen", 0, 0, Strategy.SHARE_PROOF),
            script("poor", 5, 95, Strategy.SHARE_PROOF),
        ]
    )
    assert success.mean("proven") > success.mean("lucky") > success.mean("unseen")
    assert success.mean("unseen") > success.mean("poor")
