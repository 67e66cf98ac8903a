"""Broken files are reported in one sentence: file, line, field, fix."""

from __future__ import annotations

from pathlib import Path

import pytest

from ai_salesman.conversation.errors import InputError
from ai_salesman.conversation.files import load_yaml_model
from ai_salesman.conversation.persona import Persona

SOUND = """\
id: ana
name: Ms. Ana
business: bakery
tier: easy
needs: {save_time: 1.0}
traits: {trust: 0.7}
objections:
  - {act: objection_price, strength: 0.4}
"""


def broken(folder: Path, old: str, new: str) -> str:
    """The message for the sound persona with one thing changed."""
    path = folder / "ana.yaml"
    path.write_text(SOUND.replace(old, new))
    with pytest.raises(InputError) as error:
        load_yaml_model(path, Persona)
    assert str(path) in str(error.value)
    assert "\n" not in str(error.value)
    return str(error.value).removeprefix(str(path))


def test_a_sound_file(tmp_path: Path) -> None:
    path = tmp_path / "ana.yaml"
    path.write_text(SOUND)
    assert load_yaml_model(path, Persona).traits.trust == 0.7


def test_out_of_range(tmp_path: Path) -> None:
    message = broken(tmp_path, "trust: 0.7", "trust: 1.7")
    assert message == ":6: traits.trust: input should be less than or equal to 1; found 1.7"


def test_unknown_field(tmp_path: Path) -> None:
    message = broken(tmp_path, "business:", "busines:")
    assert message == ":3: busines: unknown field; did you mean 'business'?"


def test_unknown_nested_field(tmp_path: Path) -> None:
    assert "did you mean 'trust'?" in broken(tmp_path, "{trust:", "{trusts:")


def test_unknown_remedy(tmp_path: Path) -> None:
    message = broken(tmp_path, "strength: 0.4", "resolved_by: [discont]")
    assert message == (
        ":8: objections.0.resolved_by.0: unknown value 'discont'; did you mean 'discount'?"
    )


def test_a_missing_file_beside_one_of_nearly_that_name(tmp_path: Path) -> None:
    (tmp_path / "customer.yaml").write_text(SOUND)
    with pytest.raises(InputError, match=r"no such file; did you mean 'customer\.yaml'\?"):
        load_yaml_model(tmp_path / "custmer.yaml", Persona)


def test_unknown_value(tmp_path: Path) -> None:
    message = broken(tmp_path, "tier: easy", "tier: easyy")
    assert message == ":4: tier: unknown value 'easyy'; did you mean 'easy'?"


def test_missing_field(tmp_path: Path) -> None:
    assert "name: this field is required; add it" in broken(tmp_path, "name: Ms. Ana\n", "")


def test_rule_of_our_own(tmp_path: Path) -> None:
    message = broken(tmp_path, "act: objection_price", "act: agree")
    assert "objections.0: act 'agree' is not an objection" in message


def test_no_yaml(tmp_path: Path) -> None:
    assert "not valid YAML: did not find expected" in broken(tmp_path, "tier: easy", "tier: {easy")


def test_not_a_mapping(tmp_path: Path) -> None:
    path = tmp_path / "list.yaml"
    path.write_text("- a\n- b\n")
    with pytest.raises(InputError, match="expected a mapping of fields, found a list"):
        load_yaml_model(path, Persona)


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        load_yaml_model(tmp_path / "none.yaml", Persona)
