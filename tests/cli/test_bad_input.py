"""Bad input gives one sentence that names place and fix, exit status 2, and loses nothing."""

from __future__ import annotations

import json
import shlex
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from bad_files import lay_out
from places import CAMPAIGNS
from typed import complaint, sound, typed

CAMPAIGN = str(CAMPAIGNS / "merchant_ads.yaml")
RUN = "run good.yaml --episodes 2 "


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of wrong files, and a store with one run of two calls."""
    made: Path = tmp_path_factory.mktemp("bad")
    lay_out(made)
    sound(made, *shlex.split(f"{RUN} --salesman script --planner static --judge claims --json"))
    return made


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("run", "Missing argument 'CAMPAIGN.yaml'; ai-salesman run --help tells more"),
        ("rnu", "No such command 'rnu'. Did you mean 'run'?"),
        ("run good.yaml --episods 3", "No such option: --episods"),
        ("run good.yaml --episodes -5", "'--episodes': Input should be greater than or equal to 1"),
        ("run good.yaml --episodes many", "'--episodes': Input should be a valid integer"),
        ("run good.yaml --concurrency 0", "'--concurrency': Input should be greater than"),
        ("run good.yaml --max-cost -3", "'--max-cost': Input should be greater than"),
        ("run good.yaml --engine rya", "--engine: unknown engine 'rya'; did you mean 'ray'?"),
        ("run good.yaml --cache folder.yaml", "folder.yaml: cannot be used as a cache"),
        ("run good.yaml --protocol slesllm", "did you mean 'salesllm'?"),
    ],
    ids=str,
)
def test_options(command: str, says: str, folder: Path) -> None:
    assert says in complaint(folder, *shlex.split(command))


@pytest.mark.parametrize(
    ("file", "says"),
    [
        ("nowhere.yaml", "nowhere.yaml: no such file; check the path"),
        ("folder.yaml", "folder.yaml: is a folder; name a file in it"),
        ("binary.yaml", "binary.yaml:2: is not UTF-8 text (byte 0x80)"),
        ("latin.yaml", "latin.yaml:6: is not UTF-8 text (byte 0xe9); save it as UTF-8"),
        ("empty.yaml", "empty.yaml: is empty"),
        ("list.yaml", "list.yaml: expected a mapping of fields, found a list"),
        ("tab.yaml", "tab.yaml:11: not valid YAML: a tab stands here; indent by spaces"),
        ("colon.yaml", "colon.yaml:6: not valid YAML: mapping values are not allowed"),
        ("misspelt.yaml", "misspelt.yaml:8: domian: unknown field; did you mean 'domain'?"),
        ("no_price.yaml", "no_price.yaml:11: sheet.price: this field is required; add it"),
        ("free.yaml", "sheet.price: input should be greater than 0; found 0"),
        ("word_for_number.yaml", "seed: input should be a valid integer"),
        ("negative.yaml", "episodes: input should be greater than 0; found -3"),
        ("ladder_above_100.yaml", "sheet.discounts.0.percent: input should be less than 100"),
        ("ladder_falls.yaml", "sheet.discounts: the ladder goes 50, 10, 15 percent; order its"),
        ("no_pack.yaml", "no_pack.yaml: packs: no such file 'nowhere.yaml'; paths start at"),
        ("uses_twice.yaml", "twice.yaml: scripts: id 'a' is used 2 times; rename the others"),
        ("nobody.yaml", "nobody.yaml: population.personas: unknown persona 'nobody'; known: "),
    ],
    ids=str,
)
@pytest.mark.parametrize("command", ["run", "campaign check"])
def test_campaign_files(command: str, file: str, says: str, folder: Path) -> None:
    assert says in complaint(folder, *command.split(), file)


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("scripts list --pack unknown_fact.yaml", "script 'a' uses unknown fact {planet}; known: "),
        ("scripts list --pack strategy.yaml", "strategy.yaml:3: scripts.0.strategy: unknown value"),
        ("scripts list --pack intent.yaml", "unknown value 'gret'; did you mean 'greet'?"),
        ("scripts list --pack stage.yaml", "unknown value 'openning'; did you mean 'opening'?"),
        ("scripts list --pack twice.yaml", "id 'a' is used 2 times"),
        ("scripts list --pack latin_pack.yaml", "latin_pack.yaml:3: is not UTF-8 text"),
        ("scripts list --intent ask_prize", "--intent: unknown intent 'ask_prize'; did you mean"),
        ("scripts search ' '", "nothing to search for"),
        ("personas show persona.yaml", "persona.yaml:4: traits.trust: input should be less than"),
        ("personas show no_needs.yaml", "needs: at least one need"),
        ("personas show nobody", "unknown persona 'nobody'; known: "),
        ("run good.yaml --persona persona.yaml", "persona.yaml:4: traits.trust: input should be"),
        ("run good.yaml --persona folder.yaml", "folder.yaml: is a folder"),
        ("campaign from-listing broken.jsonl", "broken.jsonl: line 1: not a JSON object"),
        ("campaign from-listing empty.jsonl", "empty.jsonl: has no line 1"),
        ("campaign new good.yaml", "good.yaml: is there already; choose another name"),
        ("campaign new mine.yaml --like solar", "unknown example 'solar'; did you mean"),
        ("corpus stats nowhere.jsonl", "nowhere.jsonl: no such file; run: ai-salesman corpus"),
        ("corpus stats latin.yaml", "latin.yaml:6: is not UTF-8 text"),
        ("corpus stats broken.jsonl", "broken.jsonl:1: not a dialogue"),
        ("train base empty.jsonl --out model", "the corpus holds no training example"),
    ],
    ids=str,
)
def test_other_files(command: str, says: str, folder: Path) -> None:
    assert says in complaint(folder, *shlex.split(command))


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ("--planner dogs", "planner: unknown planner 'dogs'; did you mean 'doga'?"),
        ("--planner doga:gpt-x", "unknown model kind 'gpt-x'"),
        ("--customer lerned", "customer: unknown customer 'lerned'; did you mean 'learned'?"),
        ("--customer llm:x", "model URI 'x': unknown model kind 'x'; known: embedded, hf"),
        ("--judge clams", "judges: unknown judge 'clams'; did you mean 'claims'?"),
        ("--salesman openia:x", "unknown model kind 'openia'; did you mean 'openai'?"),
        ("--salesman openai:", "write it as openai:<model>[@base_url]"),
        ("--salesman openai:x@ftp://h/v1", "must start with http:// or https://"),
        ("--salesman embedded:bse", "unknown embedded model 'bse'; did you mean 'base'?"),
        ("--salesman hf:/nowhere", "/nowhere: no such folder; check the path of the model"),
        ("--salesman hf:no_config", "no_config: no config.json here"),
        ("--salesman hf:no_weights", "no_weights: no weights (model.safetensors) here"),
        ("--salesman langchain:nobody:x", "langchain:nobody:x: LangChain cannot make it"),
        ("--salesman replay:nowhere.jsonl", "nowhere.jsonl: no such file"),
        ("--salesman replay:empty.jsonl", "needs at least one reply"),
        ("--salesman replay:broken.jsonl", "broken.jsonl: line 1: write one JSON object a line"),
        ("--salesman replay:wordless.jsonl", "wordless.jsonl: line 1: write one JSON object"),
        ("--salesman replay:folder.yaml", "folder.yaml: is a folder"),
        ("--salesman python:nowhere.py:x", "nowhere.py: no such file"),
        ("--salesman python:number.py:speak", "number.py: unknown name 'speak'; known: x"),
        ("--salesman python:number.py:x", "is no function (messages) -> str but int"),
        ("--salesman python:raises.py:speak", "raises.py: cannot be run (RuntimeError: boom)"),
        ("--salesman python:exits.py:speak", "exits.py: cannot be run (SystemExit: bye)"),
        ("--salesman python:syntax.py:speak", "syntax.py: cannot be run (SyntaxError: invalid"),
        ("--judge python:number.py:MyJudge", "number.py: unknown name 'MyJudge'; known: x"),
        ("--judge python:judge.py:Mine", "python:judge.py:Mine: has no 'judge'"),
        ("--customer python:number.py:x", "python:number.py:x: has no 'name'"),
    ],
    ids=str,
)
def test_parts(options: str, says: str, folder: Path) -> None:
    seats = "" if "--salesman" in options else "--salesman script "
    assert says in complaint(folder, *shlex.split(RUN + seats + options))


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (f"{RUN} --store nonsense", "run store 'nonsense' cannot be used"),
        (f"{RUN} --store mysql://a@b/c", "mysql is neither sqlite nor postgresql"),
        (f"{RUN} --store sqlite:////proc/x/y.db", "cannot be written (No such file or directory)"),
        (f"{RUN} --store sqlite:///folder.yaml", "unable to open database file"),
        (f"{RUN} --store sqlite:///other.db", "file is not a database; it is damaged or something"),
        (f"{RUN} --store sqlite:///damaged.db", "it is damaged or something else: choose another"),
        ("runs --store postgresql://a:secret@127.0.0.1:9/d", "postgresql://a:***@127.0.0.1:9/d: "),
        ("runs last --store sqlite:///new.db", "this store holds no run yet"),
        ("view nothing", "unknown run 'nothing'; known: merchant_ads-"),
        ("report nothing", "unknown run 'nothing'; known: merchant_ads-"),
        ("report last --html folder.yaml", "folder.yaml: cannot be written (Is a directory)"),
        ("export last --out folder.yaml", "folder.yaml: cannot be written (Is a directory)"),
        (
            "export last --format parquett",
            "'parquett' is not one of 'jsonl', 'markdown', 'parquet'",
        ),
        ("compare last", "a comparison needs at least two runs"),
        ("judge last --judge clams", "unknown judge 'clams'; did you mean 'claims'?"),
        ("branch last 99 --turn 2", "unknown episode '99'; known: 0, 1"),
        ("branch last 0 --turn 98", "has no salesman turn 98; it has 0, 2, 4"),
        ("branch last 0 --turn 2 --strategy reduce_rsk", "did you mean 'reduce_risk'?"),
    ],
    ids=str,
)
def test_stores_and_runs(command: str, says: str, folder: Path) -> None:
    assert says in complaint(folder, *shlex.split(command))


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("train sft c.jsonl --base embedded:base --out o --rate -1", "'--rate': must be above 0"),
        ("train grpo c.jsonl --base embedded:base --out o --rate nan", "'--rate': must be above 0"),
        ("train sft c.jsonl --base embedded:base --out o", "c.jsonl: no such file"),
        ("train ablation --folder o --noise 2", "--noise: 2 is no share of the corpus"),
        ("train ablation --folder o --customer nobody", "unknown customer 'nobody'"),
    ],
    ids=str,
)
def test_training(command: str, says: str, folder: Path) -> None:
    assert says in complaint(folder, *shlex.split(command))


def test_nothing_is_lost(folder: Path) -> None:
    sound(folder, *shlex.split(f"{RUN} --salesman script --planner none --judge claims --json"))
    assert "2 runs begin like 'merchant_ads-'" in complaint(folder, "view", "merchant_ads-")
    for wrong in (f"{RUN} --planner dogs", "branch last 0 --turn 98", "run tab.yaml"):
        complaint(folder, *shlex.split(wrong))
    stored = json.loads(sound(folder, "runs", "--json"))
    assert [run["completed"] for run in stored] == [2, 2]


class _Refusing(BaseHTTPRequestHandler):
    """Answers with the status that its path names."""

    def do_POST(self) -> None:
        self.send_response(int(self.path.split("/")[1]))
        body = b'{"error": {"message": "no"}}'
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("401/v1", 'HTTP 401: {"error": {"message": "no"}}; the key is missing or wrong; set'),
        ("404/v1", "check the name of the model, and that the address ends where the API begins"),
        (None, "Cannot connect"),
    ],
    ids=str,
)
def test_endpoints_that_refuse_stop_before_the_run(
    path: str | None, says: str, folder: Path
) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Refusing)
    address = f"http://127.0.0.1:{server.server_port}/{path}"
    if path is None:
        server.server_close()
    else:
        Thread(target=server.serve_forever, daemon=True).start()
    try:
        assert says in complaint(folder, *shlex.split(f"{RUN} --salesman openai:x@{address}"))
    finally:
        if path is not None:
            server.shutdown()
            server.server_close()


def test_what_may_not_be_meant_is_noted(folder: Path) -> None:
    (folder / "alien.yaml").write_text("id: alien\nname: Mx. Zed\nneeds: {telepathy: 1}\n")
    text = Path(CAMPAIGN).read_text(encoding="utf-8").replace("  disclosures:", "  objective_2:")
    head, _, rest = text.partition("  objective_2:")
    rest = rest[rest.index("\n\n") :] if "\n\n" in rest else ""
    (folder / "silent.yaml").write_text(f"{head}{rest}", encoding="utf-8")
    said = typed(folder, "campaign", "check", "silent.yaml")
    assert said.status == 0, said.err
    assert "note: sheet.disclosures is empty" in said.err
    run = f"{RUN} --salesman script --judge claims --json --persona"
    refused = typed(folder, *shlex.split(f"{run} alien.yaml"))
    assert (refused.status, "unknown need 'telepathy'" in refused.err) == (2, True)
    other_trade = typed(folder, *shlex.split(f"{run} folake_oyelaran_translators"))
    note = "persona 'folake_oyelaran_translators' has no need that the sheet knows"
    assert note in " ".join(other_trade.err.split())


def test_why_calls_failed_is_told(folder: Path) -> None:
    (folder / "boom.py").write_text("def speak(messages):\n    raise ValueError('no line')\n")
    said = typed(folder, *shlex.split(f"{RUN} --salesman python:boom.py:speak --planner none"))
    assert said.status == 1
    assert "twice: python:boom.py:speak raised ValueError: no line" in " ".join(
        said.out.replace("│", " ").split()
    )
