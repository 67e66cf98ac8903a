"""Of several drafts, the one whose words fit together is said."""

from __future__ import annotations

import pytest

from ai_salesman.agents.fluency import faults_in
from ai_salesman.corpus.salesman_templates import salesman_templates


def test_a_line_that_a_person_wrote_has_no_faults() -> None:
    written = [template.text for template in salesman_templates() if template.habit is None]
    assert [line for line in written if faults_in(line)] == []


@pytest.mark.parametrize(
    ("fluent", "garbled"),
    [
        ("It comes with {guarantee}.", "It comes with {guarantee}. And {guarantee} protects you."),
        ("You would pay {price} for that.", "You would the pay {price} it that for."),
    ],
)
def test_words_that_do_not_fit_and_facts_said_twice_are_faults(fluent: str, garbled: str) -> None:
    assert faults_in(garbled) > faults_in(fluent)
