"""The agenda customer: an explicit mind that hears, feels, decides and speaks."""

from __future__ import annotations

from collections.abc import Mapping

from ai_salesman.conversation.taxonomy import CustomerAct
from ai_salesman.conversation.turn import Turn
from ai_salesman.corpus.customer_templates import CustomerTemplates, load_customer_templates
from ai_salesman.models.encoder import MiniLMEncoder
from ai_salesman.models.heads import TextHead
from ai_salesman.simulators.agenda_choice import choose
from ai_salesman.simulators.base import CustomerReply, CustomerState, Scene
from ai_salesman.simulators.mind import AgendaState, awaken
from ai_salesman.simulators.mind_settings import MindSettings
from ai_salesman.simulators.minded import Listener, reply_of
from ai_salesman.simulators.wording import load_answers, put_into_words

__all__ = ["AgendaCustomer"]


class AgendaCustomer:
    """Plays any persona by rule: ear, mind, choice, words. One object serves many calls."""

    name = "agenda"

    def __init__(
        self,
        encoder: MiniLMEncoder,
        settings: MindSettings | None = None,
        head: TextHead | None = None,
        templates: Mapping[CustomerAct, CustomerTemplates] | None = None,
    ):
        self._settings = settings or MindSettings()
        self._listener = Listener(encoder, self._settings, head)
        self._templates = templates or load_customer_templates()
        self._answers = load_answers()

    def begin(self, scene: Scene) -> AgendaState:
        """The mind of a customer who has just picked up the telephone."""
        return awaken(scene)

    async def respond(self, state: CustomerState, transcript: tuple[Turn, ...]) -> CustomerReply:
        """Answer the last turn of `transcript`.

        Raises:
            InputError: the state is not an agenda customer's, or nothing was said.
        """
        moved, heard = await self._listener.listen(state, transcript)
        choice = choose(moved, heard, self._settings)
        words, after = put_into_words(choice, self._templates, self._answers)
        return reply_of(words, choice, after, heard, self._settings)
