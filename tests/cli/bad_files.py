"""Files that are wrong in one way each."""

from __future__ import annotations

import re
from pathlib import Path

from places import CAMPAIGNS

__all__ = ["lay_out"]

_SCRIPT = "{id: a, stage: opening, intent: greet, strategy: open_question, text: Hello there.}"


def lay_out(folder: Path) -> None:
    """Write them into `folder`; the name of each says what is wrong with it."""
    sound = (CAMPAIGNS / "merchant_ads.yaml").read_text(encoding="utf-8")
    texts = {
        "good.yaml": sound,
        "tab.yaml": sound.replace("\nsheet:", "\n\tsheet:"),
        "colon.yaml": sound.replace("\ntitle:", "\ntitle: a: b\nx:"),
        "misspelt.yaml": sound.replace("\ndomain: ", "\ndomian: "),
        "no_price.yaml": re.sub(r"\n  price: .*", "", sound),
        "free.yaml": re.sub(r"\n  price: .*", "\n  price: 0", sound),
        "word_for_number.yaml": sound.replace("seed: 1 ", "seed: one "),
        "negative.yaml": sound.replace("episodes: 24", "episodes: -3"),
        "ladder_above_100.yaml": re.sub(r"percent: \d+", "percent: 120", sound, count=1),
        "ladder_falls.yaml": re.sub(r"percent: \d+", "percent: 50", sound, count=1),
        "list.yaml": "- a\n- b\n",
        "empty.yaml": "",
        "no_pack.yaml": f"{sound}\npacks: [nowhere.yaml]\n",
        "uses_twice.yaml": f"{sound}\npacks: [twice.yaml]\n",
        "nobody.yaml": sound.replace("\npopulation:", "\npopulation:\n  personas: [nobody]"),
        "unknown_fact.yaml": _pack(_SCRIPT.replace("Hello there.", "'Hello from {planet}.'")),
        "strategy.yaml": _pack(_SCRIPT.replace("open_question", "open_questoin")),
        "intent.yaml": _pack(_SCRIPT.replace("greet", "gret")),
        "stage.yaml": _pack(_SCRIPT.replace("opening", "openning")),
        "twice.yaml": _pack(_SCRIPT, _SCRIPT),
        "persona.yaml": "id: mine\nname: Ms. R\nneeds: {visibility: 1}\ntraits: {trust: 3}\n",
        "no_needs.yaml": "id: mine\nname: Ms. R\nneeds: {}\n",
        "empty.jsonl": "",
        "broken.jsonl": "{not json\n",
        "wordless.jsonl": '{"x": 1}\n',
        "number.py": "x = 1\n",
        "raises.py": "raise RuntimeError('boom')\n",
        "exits.py": "import sys\nsys.exit('bye')\n",
        "syntax.py": "def speak(:\n",
        "judge.py": "class Mine:\n    name = 'mine'\n    version = '1'\n",
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "latin.yaml").write_bytes(
        sound.replace("title: ", "title: Caf\xe9 ").encode("cp1252")
    )
    (folder / "latin_pack.yaml").write_bytes(
        _pack(_SCRIPT).replace("Hello", "Ol\xe9").encode("cp1252")
    )
    (folder / "binary.yaml").write_bytes(bytes(range(256)) * 4)
    (folder / "other.db").write_bytes(b"this is no database at all\n" * 50)
    (folder / "damaged.db").write_bytes(b"SQLite format 3\x00" + b"\xff" * 2000)
    for name in ("folder.yaml", "no_config", "no_weights"):
        (folder / name).mkdir()
    (folder / "no_weights" / "config.json").write_text('{"model_type": "llama"}')


def _pack(*scripts: str) -> str:
    return "pack: mine\nscripts:\n" + "".join(f"  - {script}\n" for script in scripts)
