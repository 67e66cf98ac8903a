"""Notice a model that forgets whom it plays: a customer who sells."""

from __future__ import annotations

import re

from ai_salesman.conversation.sentences import split_sentences
from ai_salesman.conversation.taxonomy import SalesAct
from ai_salesman.models.encoder import MiniLMEncoder
from ai_salesman.models.heads import TextHead
from ai_salesman.simulators.act_reader import ActReader

__all__ = ["RoleGuard"]

_SELLS = re.compile(
    r"\b(?:i(?:'m| am) (?:calling|ringing|phoning) (?:you |from|about|on behalf|because)"
    r"|on behalf of|thank you for (?:your (?:interest|time today)|calling us)"
    r"|(?:can|may|shall) i (?:sign you up|tell you (?:more )?about|set you up|interest you)"
    r"|(?:our|we have an?) (?:product|plan|offer|package|special|customers|guarantee)\b.{0,60}\byou"
    r"|we (?:offer|can offer|provide|also offer)\b|i can offer you|we'll give you|you'll (?:get"
    r"|save|receive)"
    r"|how can i help|is there anything else i can)",
    re.IGNORECASE,
)
_SELLING_ACTS = {
    SalesAct.INTRODUCE,
    SalesAct.EXPLAIN_BENEFIT,
    SalesAct.QUOTE_PRICE,
    SalesAct.OFFER_DISCOUNT,
    SalesAct.SOCIAL_PROOF,
    SalesAct.PRESSURE,
    SalesAct.ASK_COMMITMENT,
}
_SURE = 0.8


class RoleGuard:
    """Reads a customer's words with a salesman's ear."""

    def __init__(self, encoder: MiniLMEncoder, head: TextHead):
        self._encoder = encoder
        self._reader = ActReader(head)

    async def is_selling(self, text: str) -> bool:
        """True when `text` is a salesman's: a plain cue, backed by an act that sells.

        Customers quote prices back and speak of offers too, so neither alone is enough,
        unless every sentence sells.
        """
        sentences = split_sentences(text)
        cued = [bool(_SELLS.search(sentence)) for sentence in sentences]
        if not any(cued):
            return False
        vectors = await self._encoder.encode(sentences)
        rows = self._reader.probabilities(sentences, vectors)
        selling = [
            self._reader.acts[int(row.argmax())] in _SELLING_ACTS and row.max() >= _SURE
            for row in rows
        ]
        return any(selling) or sum(cued) > 1 or len(sentences) == 1
