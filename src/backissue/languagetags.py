"""Tags of languages as BCP 47 (RFC 5646) wants them: the shortest code of a language, and what else they tell."""

from __future__ import annotations

_SHORTER = dict(
    pair.split("=")
    for pair in (
        "ara=ar ben=bn bul=bg cat=ca ces=cs chi=zh cze=cs dan=da deu=de dut=nl ell=el eng=en est=et fas=fa fin=fi"
        " fra=fr fre=fr ger=de gle=ga gre=el heb=he hin=hi hrv=hr hun=hu ind=id isl=is ita=it jpn=ja kor=ko lat=la"
        " lav=lv lit=lt msa=ms nld=nl nob=nb nor=no per=fa pol=pl por=pt ron=ro rum=ro rus=ru slk=sk slv=sl spa=es"
        " srp=sr swe=sv tha=th tur=tr ukr=uk urd=ur vie=vi zho=zh"
    ).split()
)
_RIGHT_TO_LEFT = frozenset("ar arc ckb dv fa he iw ks ku-arab nqo ps sd sdh syr ug ur uz-arab yi".split())


def shortest(tag: str) -> str:
    """A tag with a code of two letters where its language has one (`eng-GB` is `en-GB`); others stay."""
    if len(tag) < 3 or tag[2] == "-":
        return tag
    first, mark, rest = tag.partition("-")
    return _SHORTER.get(first.lower(), first) + mark + rest


def direction(lang: str) -> str:
    """The direction of a language's script, as HTML's `dir` says it."""
    lowered = lang.lower()
    return (
        "rtl" if lowered.split("-")[0] in _RIGHT_TO_LEFT or lowered in _RIGHT_TO_LEFT or "-arab" in lowered else "ltr"
    )


def searched_language(lang: str) -> str:
    """The language by whose rules words in `lang` (BCP 47) are searched: its primary subtag, or `und` without one."""
    primary = lang.lower().split("-")[0]
    return primary if primary.isascii() and primary.isalpha() and len(primary) in (2, 3) else "und"
