"""What feed software adds to a text is taken off its end, and only that."""

from __future__ import annotations

import pytest

from backissue.article import Named
from backissue.importers.notices import credit_in, take_notices

LINKED = "[A \\[b\\]](http://e.org/a)"


@pytest.mark.parametrize(
    "credit",
    [
        f"The post {LINKED} appeared first on [The Paper](http://p.example).",
        f"Der Beitrag {LINKED} erschien zuerst auf [The Paper](http://p.example).",
        f"L’article {LINKED} est apparu en premier sur [The Paper](http://p.example).",
        f"La entrada {LINKED} se publicó primero en [The Paper](http://p.example).",
        f"L'articolo {LINKED} proviene da [The Paper](http://p.example).",
        f"O post {LINKED} apareceu primeiro em [The Paper](http://p.example).",
        f"Het bericht {LINKED} verscheen eerst op [The Paper](http://p.example).",
        f"Artykuł {LINKED} pochodzi z serwisu [The Paper](http://p.example).",
        f"Запись {LINKED} впервые появилась [The Paper](http://p.example).",
        f"Inlägget {LINKED} dök först upp på [The Paper](http://p.example).",
        f"{LINKED} yazısı ilk önce [The Paper](http://p.example) üzerinde ortaya çıktı.",
        f"投稿 {LINKED} は [The Paper](http://p.example) に最初に表示されました。",
        f"{LINKED}最先出现在[The Paper](http://p.example)。",
        f"ظهرت المقالة {LINKED} أولاً على [The Paper](http://p.example).",
    ],
)
def test_where_it_first_appeared(credit: str) -> None:
    for body in (f"Text.\n\n{credit}", f"Text. {credit}"):
        taken = take_notices(body)
        assert taken.body == "Text."
        assert taken.source == Named("The Paper", "http://p.example")
        assert len(taken.notices) == 1


@pytest.mark.parametrize(
    "invitation",
    ["[Continue reading A →](http://e.org)", "*[Read more…](http://e.org)*", "[Weiterlesen](x)", "Read more"],
)
def test_the_invitation_to_read_on_goes(invitation: str) -> None:
    assert take_notices(f"Text […]\n\n{invitation}").body == "Text […]"


@pytest.mark.parametrize(
    "body",
    [
        "The article it wrote was first published in 1999.",
        "The post office first appeared on Main Street.",
        "He read more than others, and it first appeared on the market.",
        "See [more reading](http://e.org) on page 3.",
        "The post A appeared first on B.\n\nThen more text followed, and more, and more of it still.",
    ],
)
def test_ordinary_text_stays(body: str) -> None:
    assert take_notices(body).body == body


def test_a_line_of_plain_text() -> None:
    assert credit_in("The post A town rebuilt appeared first on The Paper.") == Named("The Paper")
    assert credit_in("Nothing of the kind.") is None
