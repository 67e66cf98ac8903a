"""Play a fixed list of salesman turns against a customer."""

from collections.abc import Sequence

from ai_salesman.conversation.facts import FactSheet
from ai_salesman.conversation.persona import Persona
from ai_salesman.conversation.taxonomy import Speaker
from ai_salesman.conversation.turn import Turn
from ai_salesman.simulators.agenda import AgendaCustomer
from ai_salesman.simulators.base import CustomerReply, Scene

GOOD = (
    "Good morning, my name is Dana and I'm calling from Lakeside Media. Do you have a minute?",
    "How do new customers usually find your shop today?",
    "I understand, so weekday afternoons are quiet and you would like more walk-in customers.",
    "With us, your shop shows up first when people nearby search, so more of them walk in.",
    "An editor writes and updates your page for you, so you lose no evenings to posting.",
    "It is $200 a month, and you are covered by a 30-day money-back guarantee.",
    "More than 1,200 shops in the region already use it.",
    "Shall we go ahead and set it up for you?",
    "You risk nothing in the first month, because of the money-back guarantee.",
    "We set it up for you in about a week, and you can start whenever it suits you.",
    "Would you like to take it?",
)
NONSENSE = (
    "Bananas dance on the purple moon.",
    "Custard is only lava that went to finishing school.",
    "Seven spoons whisper to the carpet.",
    "Search shop customers people evenings search shop.",
    "The moon owes me four sandwiches.",
    "Blue is louder than Tuesday.",
)
PRESSURE = (
    "Hello, this is Dana from Lakeside Media. It is $200 a month, and you must decide now.",
    "If you hang up, the offer is gone forever.",
    "Don't be stupid, sign now, or you'll regret it. Do you want to take it?",
    "You owe me an order. Decide right now, yes or no?",
    "I'm not taking no for an answer, sign today before it's too late.",
    "You would be a fool to say no. What card are we using?",
    "Hurry, this offer expires in sixty seconds.",
    "Whether you like it or not, I'll just start the trial.",
)


async def play(
    customer: AgendaCustomer,
    sheet: FactSheet,
    persona: Persona,
    lines: Sequence[str],
    seed: int = 1,
) -> list[CustomerReply]:
    """The customer's replies until the lines or the call end."""
    state, turns, replies = customer.begin(Scene.of(sheet, persona, seed)), [], []
    for line in lines:
        turns.append(Turn(index=len(turns), speaker=Speaker.SALESMAN, text=line))
        reply = await customer.respond(state, tuple(turns))
        turns.append(Turn(index=len(turns), speaker=Speaker.CUSTOMER, text=reply.text))
        state = reply.state
        replies.append(reply)
        if reply.stop:
            break
    return replies
