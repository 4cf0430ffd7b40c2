"""What syndication and feed software add to a text: where it first appeared, and the invitation to read on elsewhere.

Works on Markdown, so that feeds, exports and captures share it. Only the end of a text is looked at, and only these
set phrases are taken; they are WordPress' and Yoast SEO's own, in their translations.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ..article import Named

_LINK = re.compile(r"\[((?:\\.|[^\[\]\\])*)\]\(([^()\s]*)\)")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_X, _Y = r"(?P<title>.{1,400}?)", r"(?P<source>.{1,200}?)"
_FORMS = (
    # Each language's own words for "The post … appeared first on …".
    rf"(?:The |This )?(?:post|article|story|entry|page|podcast|episode) {_X} appeared first on {_Y}",
    (
        rf"(?:The |This )?(?:post|article|story|entry|page|podcast|episode) (?=.*\]\(){_X} (?:first appeared|"
        rf"originally appeared|was (?:originally|first) published) (?:on|in|at) {_Y}"
    ),
    (
        rf"(?:Der|Dieser) (?:Beitrag|Artikel|Post) {_X} (?:ist )?(?:erschien |wurde )?zuerst (?:(?:auf|bei|in) "
        rf"{_Y}(?: erschienen| veröffentlicht)?|erschienen (?:auf|bei|in) (?P<source2>.{{1,200}}?))"
    ),
    (
        rf"(?:L['’]article|Cet article|L['’]entrée|La publication|Le post) {_X} est (?:apparue?|paru) en "
        rf"premier sur {_Y}"
    ),
    (
        rf"(?:La entrada|El artículo|El post|La publicación|Esta entrada) {_X} (?:se publicó|aparece|apareció|"
        rf"ha aparecido|fue publicad[ao]) (?:por )?primer[oa]?(?: vez)? en {_Y}"
    ),
    (
        rf"(?:L['’]articolo|Questo articolo|Il post) {_X} (?:proviene da|sembra essere il primo su|è apparso "
        rf"(?:per primo|per la prima volta) su|è stato pubblicato (?:per la prima volta )?su) {_Y}"
    ),
    (
        rf"(?:O post|A postagem|O artigo|O conteúdo|A entrada|O texto) {_X} (?:apareceu|aparece|foi "
        rf"publicad[ao]) primeiro (?:em|no|na) {_Y}"
    ),
    rf"(?:Het bericht|Het artikel|Dit bericht) {_X} (?:verscheen|is) (?:als )?eerst(?: verschenen)? op {_Y}",
    (
        rf"(?:Artykuł|Wpis|Post) {_X} (?:pochodzi z serwisu|pojawił się (?:po raz pierwszy|najpierw) (?:na|w)|"
        rf"opublikowano w) {_Y}"
    ),
    (
        rf"(?:Запись|Сообщение|Статья|Пост) {_X} (?:впервые появил(?:ась|ось|ся)|появил(?:ась|ось|ся|ись) "
        rf"сначала|сначала появил(?:ась|ось|ся)) (?:на|в)? ?{_Y}"
    ),
    (
        rf"(?:Запис|Допис|Стаття) {_X} (?:спершу з['’ʼ]явив?(?:ся|ться)|вперше з['’ʼ]явив?(?:ся|лася)|"
        rf"з['’ʼ]явив?(?:ся|лася) спочатку) (?:на|в) {_Y}"
    ),
    rf"(?:Inlägget|Artikeln) {_X} (?:dök först upp på|publicerades först på) {_Y}",
    rf"(?:Indlægget|Artiklen) {_X} (?:blev først udgivet på|dukkede først op på|blev først vist på) {_Y}",
    rf"(?:Innlegget|Artikkelen) {_X} (?:dukket først opp på|ble først publisert på) {_Y}",
    rf"(?:Artikkeli|Kirjoitus) {_X} (?:julkaistiin|ilmestyi) ensimmäisen kerran {_Y}",
    rf"(?:Příspěvek|Článek) {_X} (?:pochází z|se nejdříve objevil na|byl nejprve publikován na) {_Y}",
    rf"(?:Príspevok|Článok) {_X} (?:zobrazený najskôr|sa najskôr objavil na|pochádza z) {_Y}",
    (
        rf"(?:A|Az)(?:\(z\))? {_X} (?:bejegyzés )?először (?:a |az )?{_Y}(?:[- ]?[éaáoóöőüe]?n)?(?: oldalon| "
        rf"jelent meg| oldalon jelent meg)"
    ),
    rf"(?:Articolul|Postarea) {_X} apare prima dat[ăa] (?:în|pe) {_Y}",
    rf"{_X} (?:yazısı|gönderisi|haberi|makalesi) ilk (?:önce|olarak) {_Y} üzerinde (?:ortaya çıktı|yayınlandı|göründü)",
    rf"(?:Το άρθρο|Η δημοσίευση) {_X} εμφανίστηκε πρώτα (?:στο|στην|στη|σε) {_Y}",
    rf"(?:Публикацията|Статията) {_X} се появи (?:за първи път|първо) (?:на|в) {_Y}",
    rf"(?:L['’]entrada|L['’]article) {_X} ha aparegut primer a {_Y}",
    rf"(?:Artikel|Tulisan|Pos) {_X} (?:pertama kali tampil pada|pertama kali muncul di|muncul pertama kali di) {_Y}",
    rf"(?:Bài viết|Bài) {_X} (?:đã )?xuất hiện (?:đầu tiên|lần đầu)(?: vào ngày| tại| trên)? {_Y}",
    rf"投稿 ?{_X} ?は ?{_Y} ?に最初に表示されました",
    rf"(?:文章|帖子)? ?{_X} ?(?:最先|首先|最早)(?:出现|出現|发布|發佈)(?:在|于|於) ?{_Y}",
    rf"{_X} ?게시물이 ?{_Y}에 처음 등장했습니다",
    rf"ظهر(?:ت)? (?:المقالة|المقال|التدوينة|الموضوع) {_X} أولاً? (?:على|في) {_Y}",
    rf"(?:نوشته|مطلب) {_X} (?:اولین بار|برای اولین بار) در {_Y} (?:پدیدار شد|منتشر شد)",
    rf"הפוסט {_X} הופיע לראשונה ב-? ?{_Y}",
)  # fmt: skip
_CREDITS = tuple(re.compile(rf"{form}\s*[.。]?\s*", re.IGNORECASE | re.DOTALL) for form in _FORMS)
_HINT = re.compile(
    r"first|zuerst|premier|primeir|primer|primo|proviene|eerst|pochodzi|pojawił|opublikowano|появил|впервые|"
    r"з['’ʼ]яв|först|først"
    r"|ensimmäisen|pochází|nejdř|nejprve|najsk|pochádza|először|prima dat|\bilk\b|πρώτα|първ|pertama|xuất "
    r"hiện|最初|最先|首先"
    r"|最早|처음|أول|اولین|לראשונה|originally|published|verschenen",
    re.IGNORECASE,
)
_READ_ON = re.compile(
    r"(?:continue reading|keep reading|read (?:more|on|the (?:full|rest|whole|entire|complete)|full|article|it all)|"
    r"(?:click here to )?(?:read|view) the (?:full|original|rest)|more…|\(more…?\)|"
    r"weiterlesen|mehr lesen|weiter lesen|(?:den )?(?:ganzen )?(?:artikel|beitrag) lesen|lire (?:la suite|"
    r"plus|l['’]article)|"
    r"en savoir plus|continuer la lecture|continuer de lire|poursuivre la lecture|"
    r"leer m[áa]s|seguir leyendo|sigue leyendo|contin[úu]a? leyendo|continuar leyendo|leggi (?:tutto|di "
    r"pi[ùu]|l['’]articolo|ancora)|"
    r"continua a leggere|continua la lettura|leia mais|ler mais|continue (?:lendo|a ler)|saiba mais|"
    r"lees (?:verder|meer)|verder lezen|meer lezen|czytaj (?:dalej|wi[ęe]cej|ca[łl]o[śs][ćc])|читать "
    r"(?:далее|дальше|полностью)|"
    r"читати (?:далі|повністю)|продовжити читання|продолжить чтение|l[äa]s mer|forts[äa]tt l[äa]sa|les "
    r"mer|fortsett å lese|"
    r"l[æa]s mere|forts[æa]t med at læse|lue (?:lis[äa]{2}|koko)|jatka lukemista|č[íi]st (?:d[áa]l|"
    r"v[íi]ce|celé)|celý [čc]lánek|"
    r"č[íi]tať ([ďd]alej|viac)|tov[áa]bb (?:olvas|a )|a bejegyzés folytatása|cite[șsş]te (?:mai|mult|tot)|"
    r"continu[ăa] lectura|"
    r"devam[ıi](?:n[ıi])? oku|okumaya devam|διαβάστε περισσότερα|συνέχεια ανάγνωσης|прочети още|继续阅读|"
    r"閱讀更多|阅读更多|阅读全文|繼續閱讀|"
    r"続きを読む|계속 읽기|더 보기|더 읽기|selengkapnya|baca selengkapnya|lanjutkan membaca|đọc (?:tiếp|"
    r"thêm)|xem thêm|"
    r"اقرأ المزيد|قراءة المزيد|متابعة القراءة|إقرأ المزيد|ادامه (?:مطلب|خواندن)|بیشتر بخوانید|המשך קריאה|"
    r"קרא עוד|อ่านต่อ|आगे पढ़ें|और पढ़ें)",
    re.IGNORECASE,
)
_ENGLISH = "appeared first on"
"""The one form that is taken for a notice even within a paragraph and without a link."""

MAX_NOTICE = 1_200
"""The longest notice, in characters of Markdown."""


class Noticed(NamedTuple):
    """A text without its notices; where it first appeared, if it said so; and the notices, as plain text."""

    body: str
    source: Named | None
    notices: tuple[str, ...]


def take_notices(body: str) -> Noticed:
    """Take the notices off the end of a Markdown text."""
    blocks = body.split("\n\n")
    source: Named | None = None
    notices: list[str] = []
    for _ in range(4):
        if not blocks or not any(blocks):
            break
        last = blocks[-1]
        found = _credit_in(last) if source is None else None
        if found is not None:
            start, source, notice = found
        else:
            start, notice = _invitation_in(last)
            if not notice:
                break
        notices.append(notice)
        rest = last[:start].rstrip()
        blocks[-1:] = [rest] if rest.strip("*_ >|") else []
    return Noticed("\n\n".join(blocks).rstrip(), source, tuple(notices[::-1]))


def credit_in(text: str) -> Named | None:
    """Who a line such as `The post X appeared first on Y.` names as the first to publish; None for any other line."""
    found = _credit_in(text)
    return found[1] if found is not None and found[0] == 0 else None


def _credit_in(block: str) -> tuple[int, Named, str] | None:
    """Where in a paragraph the credit begins that ends it, whom it names, and its plain text."""
    tail_at = max(0, len(block) - MAX_NOTICE)
    tail = block[tail_at:]
    if not _HINT.search(tail):
        return None
    starts = [0] if not tail_at else []
    starts += [match.end() for match in re.finditer(r"(?<=[.!?…\])>»”\"*])\s+|  \n", tail)]
    for start in reversed(starts[-12:]):
        part = tail[start:].strip()
        for form in _CREDITS:
            match = form.fullmatch(part.strip("*_ "))
            if match is not None and (start == 0 or "](" in part or _ENGLISH in part):
                named = match.groupdict().get("source2") or match["source"]
                return tail_at + start, _named(named), _plain(part)
    return None


def _named(markdown: str) -> Named:
    link = _LINK.search(markdown)
    if link is not None:
        return Named(name=_plain(link[1]), url=link[2])
    return Named(name=_plain(markdown).strip(" .*_"))


def _invitation_in(block: str) -> tuple[int, str]:
    """Where in a paragraph a link (or a short line of its own) begins that invites to read on; and its plain text."""
    links = list(_LINK.finditer(block[-MAX_NOTICE:]))
    offset = max(0, len(block) - MAX_NOTICE)
    if links:
        last = links[-1]
        label = _plain(last[1]).strip(" «»‹›>→←…[]().:*-–—")
        after = block[offset + last.end() :]
        if _READ_ON.match(label) and not after.strip(" .…»›>→*_)]\\"):
            start = offset + last.start()
            while start and block[start - 1] in "*_ (":
                start -= 1
            return start, label
    plain = _plain(block).strip(" «»‹›>→…[]().:*-–—")
    if len(plain) <= 40 and (match := _READ_ON.match(plain)) and len(plain) - match.end() <= 12:
        return 0, plain
    return 0, ""


def _plain(markdown: str) -> str:
    text = _LINK.sub(lambda link: link[1], markdown)
    return " ".join(_ESCAPE.sub(r"\1", text).split()).strip("*_ ")
