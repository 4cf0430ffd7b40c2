"""The language of a text, told from its script or its commonest words; nothing where they don't tell it clearly."""

from __future__ import annotations

import re

_COMMON = {
    "en": "the of and to in that is was for it with as his he on be at by had not are but from they this have which",
    "de": "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an daß dass wird",
    "fr": "de la le et les des en du que dans un une est qui pour a par sur au pas ce il plus avec sont se ne",
    "es": "de la que el en y a los se del las un por con no una su para es al lo como más pero sus le ha",
    "it": "di che e la il un a per in una è del non si della con i le da al sono dei nel alla ha anche gli più",
    "pt": "de a o que e do da em um para com não uma os no se na por mais as dos como mas ao ele das à seu foi",
    "nl": "de van het een en in is dat op te zijn voor met die niet aan er om ook als bij maar door naar uit wordt",
    "sv": "och i att det som en på är av för med den till inte har de om ett han men var jag från vid kan så",
    "da": "og i at det er en til på af for med den der som de har et ikke han var jeg men fra om kan vi",
    "fi": "ja on ei että se oli hän mutta ovat kun niin myös joka tai kuin ole sen ollut mitä jos vain nyt",
    "pl": "w i na z się nie że do to jest o jak po co ale od za przez tym dla są jego oraz który był",
    "ru": "и в не на что с он как это по но из за от для его к у же бы так до все было о",
    "uk": "і в не на що з він як це по але із за від для його до та у ж би так все було про й",
    "tr": "ve bir bu da de için ile olarak çok daha gibi olan en ne kadar ama sonra var ise o mi değil",
    "lb": "de an d vun a fir ass net mat dat den ze op wéi hunn huet et déi en datt och si war am",
}
_VOTES: dict[str, list[str]] = {}
for _language, _words in _COMMON.items():
    for _word in _words.split():
        if len(_word) > 1:  # single letters are what OCR makes of specks
            _VOTES.setdefault(_word, []).append(_language)

_SCRIPTS = {
    "ja": re.compile("[\u3041-\u30ff]"),
    "ko": re.compile("[\uac00-\ud7af]"),
    "th": re.compile("[\u0e01-\u0e5b]"),
    "el": re.compile("[\u0370-\u03ff]"),
}
"""Letters that one language alone writes with; of Japanese text, Chinese characters are a large part too."""
_WORD = re.compile(r"[^\W\d_]+")
SAMPLE = 20_000
"""Characters of a text that are looked at."""


def language_of(text: str) -> str:
    """A BCP 47 tag, or empty where the text is too short or no language stands out."""
    letters = sum(map(str.isalpha, text[:SAMPLE]))
    for language, script in _SCRIPTS.items():
        if letters >= 40 and 4 * len(script.findall(text[:SAMPLE])) > letters:
            return language
    words = _WORD.findall(text[:SAMPLE].lower())
    tally: dict[str, int] = {}
    for word in words:
        for language in _VOTES.get(word, ()):
            tally[language] = tally.get(language, 0) + 1
    ranking = sorted(tally.items(), key=lambda item: -item[1])
    if not ranking or ranking[0][1] < 8 or ranking[0][1] * 8 < len(words):
        return ""
    if len(ranking) > 1 and ranking[1][1] * 3 > ranking[0][1] * 2:
        return ""
    return ranking[0][0]
