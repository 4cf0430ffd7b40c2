"""The order of names in an index, and the headings that they stand under, in all scripts.

What is done: case and accents are folded, letters that a language counts as its own (ñ, å, ł, й) follow their
neighbours, kana stand by rows, Hangul by first consonant, Chinese by pinyin as far as the first level of
GB 2312 goes, which is in that order. What is not: digraphs (Czech ch), readings of kanji, and articles before names,
which stay where they are.
"""

from __future__ import annotations

import functools
import unicodedata

DIGITS, OTHERS, HAN = "0–9", "#", "漢字"
"""The headings of what begins with a digit, with neither letter nor digit, with a character of Chinese origin."""

_NORDIC, _DANISH, _SLAVIC = "zåäö", "zæøå", "cčć dđ sš zž"
_OWN_LETTERS = {
    "az": "cç eə gğ hıi oö sş uü", "be": "её ий уў", "bs": _SLAVIC, "ca": "cç", "cs": "cč rř sš zž", "da": _DANISH,
    "eo": "cĉ gĝ hĥ jĵ sŝ uŭ", "es": "nñ", "fi": _NORDIC, "hr": _SLAVIC, "hu": "oö uü",
    "is": "aá dð eé ií oó uú yý zþæö",
    "lt": "cč sš zž", "lv": "cč gģ kķ lļ nņ sš zž", "mk": "гѓ кќ", "nb": _DANISH, "nn": _DANISH, "no": _DANISH,
    "pl": "aą cć eę lł nń oó sś zźż", "ro": "aăâ iî sș tț", "sk": "aä cč dď lľ nň oô sš tť zž", "sl": "cč sš zž",
    "sq": "cç eë", "sv": _NORDIC, "tr": "cç gğ hıi oö sş uü", "uk": "гґ еє иіїй",
}  # fmt: skip
"""By language: a letter, and those that follow it as letters of their own."""
_EVERYWHERE = "ий"

_PLAIN = str.maketrans(dict(pair.split("=") for pair in "ł=l ø=o đ=d ð=d þ=th æ=ae œ=oe ħ=h ı=i ŋ=n ə=e ґ=г".split()))
"""Letters that Unicode does not take apart, as those read them whose alphabet has not got them."""

_KANA_ROWS = (
    "ぁあぃいぅうぇえぉお かきくけこゕゖ さしすせそ たちっつてと なにぬねの "
    "はひふへほ まみむめも ゃやゅゆょよ らりるれろ ゎわゐゑをん"
)
_KANA = {kana: (row[1] if row[0] in "ぁゃゎ" else row[0]) for row in _KANA_ROWS.split() for kana in row}
_CONSONANTS = "ㄱㄱㄴㄷㄷㄹㅁㅂㅂㅅㅅㅇㅈㅈㅊㅋㅌㅍㅎ"
_PINYIN = (
    (0xB0A1, "A"), (0xB0C5, "B"), (0xB2C1, "C"), (0xB4EE, "D"), (0xB6EA, "E"), (0xB7A2, "F"), (0xB8C1, "G"),
    (0xB9FE, "H"), (0xBBF7, "J"), (0xBFA6, "K"), (0xC0AC, "L"), (0xC2E8, "M"), (0xC4C3, "N"), (0xC5B6, "O"),
    (0xC5BE, "P"), (0xC6DA, "Q"), (0xC8BB, "R"), (0xC8F6, "S"), (0xCBFA, "T"), (0xCDDA, "W"), (0xCEF4, "X"),
    (0xD1B9, "Y"), (0xD4D1, "Z"), (0xD7FA, ""),
)  # fmt: skip
"""Where the initials of Hanyu Pinyin begin in the first level of GB 2312."""
_AFTER = 0x10FF00
"""Private code points, which stand after all letters."""


class Alphabet:
    """The order and the headings of names for a site in one language (BCP 47)."""

    def __init__(self, language: str) -> None:
        main, *parts = language.lower().split("-")
        self._turkish = main in ("tr", "az")
        self._pinyin = main == "zh" and not {"hant", "tw", "hk", "mo"} & set(parts)
        self._own: dict[str, str] = {}
        for row in f"{_OWN_LETTERS.get(main, '')} {_EVERYWHERE}".split():
            for number, letter in enumerate(row[1:]):
                self._own.setdefault(letter, row[0] + chr(_AFTER + number))
        self.sort_key = functools.lru_cache(maxsize=100_000)(self._sort_key)

    def _sort_key(self, name: str) -> str:
        """What a name is ordered by: blind to case, to accents that make no letters of their own, to opening quotes."""
        folded = "".join(map(self._folded, self._lowered(name)))
        start = next((at for at, char in enumerate(folded) if char.isalnum()), 0)
        return folded[start:]

    def heading(self, name: str) -> str:
        """The heading under which a name stands."""
        for char in self._lowered(name):
            if char in self._own:
                return self._capital(char)
            folded = self._folded(char)
            if folded[:1].isdigit():
                return DIGITS
            if folded[:1].isalpha():
                return self._letter(folded[0], char)
        return OTHERS

    def _letter(self, letter: str, char: str) -> str:
        if letter in _KANA:
            return _KANA[letter]
        if "\u1100" <= letter <= "\u1112":
            return _CONSONANTS[ord(letter) - 0x1100]
        if not letter.isascii() and unicodedata.name(char, "").startswith("CJK"):
            return HAN
        return self._capital(letter)

    def _capital(self, letter: str) -> str:
        return "İ" if self._turkish and letter == "i" else letter.upper()[0]

    def _lowered(self, name: str) -> str:
        if self._turkish:
            name = name.replace("I", "ı").replace("İ", "i")
        return unicodedata.normalize("NFC", unicodedata.normalize("NFKC", name).casefold())

    def _folded(self, char: str) -> str:
        if char.isascii() and char not in self._own:
            return char
        own = self._own.get(char)
        if own:
            return own
        if self._pinyin and (pinyin := _pinyin_of(char)):
            return pinyin
        plain = unicodedata.normalize("NFKD", char).translate(_PLAIN)
        return "".join(map(_hiragana, filter(_is_no_mark, plain)))


alphabet_of = functools.lru_cache(maxsize=1)(Alphabet)
"""The alphabet of a language: the same one, for it remembers what names are ordered by."""


def script(heading: str) -> str:
    """The script of a heading, as Unicode names it; empty for digits and symbols."""
    return "" if heading in (DIGITS, OTHERS) else unicodedata.name(heading[0], "").partition(" ")[0]


def _is_no_mark(char: str) -> bool:
    return not unicodedata.combining(char)


def _hiragana(char: str) -> str:
    return chr(ord(char) - 0x60) if "ァ" <= char <= "ヶ" else char


def _pinyin_of(char: str) -> str:
    """A Chinese character as what it is sorted by: its initial, then its place in GB 2312; nothing where that ends."""
    try:
        code = int.from_bytes(char.encode("gb2312"), "big")
    except UnicodeEncodeError:
        return ""
    initial = ""
    for start, letter in _PINYIN:
        if code < start:
            break
        initial = letter
    return initial.lower() + chr(0x100000 + code - 0xB000) if initial else ""
