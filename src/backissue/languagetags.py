"""Tags of languages as BCP 47 (RFC 5646) wants them: the shortest code that a language has."""

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


def shortest(tag: str) -> str:
    """A tag with a code of two letters where its language has one (`eng-GB` is `en-GB`); others stay."""
    if len(tag) < 3 or tag[2] == "-":
        return tag
    first, mark, rest = tag.partition("-")
    return _SHORTER.get(first.lower(), first) + mark + rest
