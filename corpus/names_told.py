"""Find the names of people by the words around them: "my name is", "Mr.", "this is ... from"."""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["is_plain_word", "told_names"]

_WORD = r"(?!I\b|I['\u2019])[A-ZÀ-ÖØ-Þ](?:\w|['\u2019-](?!s\b)(?=\w))*"
_NAMES = rf"({_WORD}(?: {_WORD}){{0,2}})"
_ENDS = r"(?=\s*(?:[,.!?;]|$))"
_PLACED = r"(?=,? (?:from|with|at|of|calling|here|speaking|over at)\b)"

_ALWAYS = (
    # The name may be in small letters, as people type.
    r"(?i:\b(?:my|his|her|the|first|last|full) name(?: is|['\u2019]s) )"
    rf"(?:{_NAMES}|([a-z]{{2,15}}){_ENDS})",
    rf"\b(?:Mr|Mrs|Ms|Mx|mr|mrs|ms)\.? (?:{_NAMES}|([a-z]{{2,15}})\b)",
    rf"\b(?:Miss|Dr|Prof|Professor|Mister|Sir)\.? {_NAMES}",
    rf"(?i:\b(?:this is|it['\u2019]s|it is|i['\u2019]m|i am) ){_NAMES}{_PLACED}",
    rf"(?i:\bthis is ){_NAMES}{_ENDS}",
    rf"(?:^|[.,!?] )[Ii]s this {_NAMES}{_ENDS}",
    rf"(?i:\b(?:hi|hello|hey)\b[^.!?]{{0,25}}[.,!]? (?:i['\u2019]m|i am) ){_NAMES}{_ENDS}",
    rf"(?i:\b(?:(?:speak|speaking|talk|talking) (?:to|with)|call me|ask for) ){_NAMES}",
    rf"(?i:\b(?:hi|hello|hey|dear|morning|afternoon|evening|thanks|thank you|bye|goodbye)),? "
    rf"{_NAMES}(?=\s*(?:[,.!?;]|$|I['\u2019 ]))",
    rf"{_NAMES} speaking{_ENDS}",
    r"(?i:\bmy (?:wife|husband|son|daughter|brother|sister|partner|boss|colleague|manager"
    rf"|assistant|friend|accountant|lawyer)),? {_NAMES}",
)
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏"
    "薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武"
)
_CHINESE = (
    rf"([{_SURNAMES}][\u4e00-\u9fff]{{0,2}})(?=先生|女士|小姐|太太)",
    rf"(?:我叫|我姓|免贵姓|名字是)([{_SURNAMES}][\u4e00-\u9fff]{{0,2}}?)(?=[,,。!!??]|$|是|来自)",
    rf"[是叫的]小([{_SURNAMES}])(?=[,,。!!??]|$)",
)
_TOLD = tuple(re.compile(pattern) for pattern in (*_ALWAYS, *_CHINESE))

_PLAIN_WORDS = """
    there sir madam ma'am mam everyone everybody all again and how yes no not good great nice what
    who where when why this that is the a an my your our his her their it its we you he she they
    monday tuesday wednesday thursday friday saturday sunday january february march april may june
    july august september october november december christmas easter today tomorrow very really
    so too much just for from with on in at of or but if ok okay sure well right fine hi hello hey
    bye mr mrs ms dr miss none also already here god lord customer client sales manager support
    service anyone someone somebody them him me us now then can could would will do does did have
    has had are am was were to as about because please thanks thank sorry welcome interested save
    calling speaking take care american english chinese spanish french german craigslist facebook
    google apple amazon paypal venmo ipad iphone ebay dear goodness guys folks friend buddy"""
_PLAIN = frozenset(_PLAIN_WORDS.split())
_WOMEN_AND_MEN_IN_LY = "emily kelly sally molly lily holly polly carly billy beverly kimberly"
_NAMES_IN_LY = frozenset(_WOMEN_AND_MEN_IN_LY.split())


def told_names(text: str) -> Iterator[tuple[int, int]]:
    """Where names stand, as (start, end), without title."""
    for pattern in _TOLD:
        for match in pattern.finditer(text):
            group = next(number for number, found in enumerate(match.groups(), 1) if found)
            end = _name_end(match[group])
            if end:
                yield match.start(group), match.start(group) + end


def is_plain_word(word: str) -> bool:
    """Whether a word is no name, however it is written."""
    small = word.casefold()
    return small in _PLAIN or (small.endswith("ly") and small not in _NAMES_IN_LY)


def _name_end(words: str) -> int:
    """Length of the words before the first plain one; 0: it is no name."""
    length = 0
    for word in words.split(" "):
        if is_plain_word(word):
            break
        length += len(word) + 1
    return max(0, length - 1)
