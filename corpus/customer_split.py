"""The customer templates of some splits, in the form in which the agenda customer takes them."""

from __future__ import annotations

from functools import lru_cache

from ai_salesman.conversation.taxonomy import CustomerAct, Style
from ai_salesman.corpus.customer_lines import customer_lines
from ai_salesman.corpus.customer_templates import CustomerTemplates
from ai_salesman.corpus.dialogue import Split
from ai_salesman.corpus.splits import split_templates

__all__ = ["held_out_templates", "templates_of"]


@lru_cache(maxsize=4)
def templates_of(*splits: Split) -> dict[CustomerAct, CustomerTemplates]:
    """Act -> its sentences in `splits`."""
    known = customer_lines()
    split_of = split_templates((line.id, line.act) for line in known)
    own = [line for line in known if split_of[line.id] in splits]
    found = {}
    for act in CustomerAct:
        lines = [line for line in own if line.act is act]
        forms = {s: tuple(ln.text for ln in lines if ln.style is s) for s in Style}
        again = tuple(line.text for line in lines if line.style is None)
        found[act] = CustomerTemplates(act=act, forms=forms, again=again)
    return found


def held_out_templates() -> dict[CustomerAct, CustomerTemplates]:
    """Act -> the sentences that no model of this package was trained on.

    A customer who has said all of an act goes on with the others.
    """
    learned = templates_of(Split.TRAIN)
    return {
        act: file.model_copy(
            update={"spare": tuple(text for forms in learned[act].forms.values() for text in forms)}
        )
        for act, file in templates_of(Split.VALID, Split.TEST).items()
    }
