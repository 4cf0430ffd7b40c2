"""E-mails become articles, with their pictures; pages that a browser saved as MHTML too."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backissue.article import Article
from backissue.importers import formats, mail, recognise
from backissue.importers.outcomes import Imported, Input, Rejected, Settings, Unreadable


def written(text: str = "The ferry sails again.\n", *, html: str = "", subject: str = "Ferry sails") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Ida Quist <ida@press.example>"
    message["To"] = "desk@pilot.example"
    message["Date"] = "Thu, 19 Feb 2015 17:18:40 +1100"
    message["Message-ID"] = "<17@press.example>"
    message["Subject"] = subject
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    return message


def outcome(data: bytes | EmailMessage) -> Imported:
    data = data if isinstance(data, bytes) else data.as_bytes()
    source = Input.from_bytes(data, "letter.eml")
    found = recognise(source.head, formats())
    assert found is not None
    assert found.name == "mail"
    (made,) = mail.read(source, Settings())
    assert isinstance(made, Imported), made
    return made


def article(data: bytes | EmailMessage) -> Article:
    return outcome(data).article


def test_a_mail_is_an_article_by_its_subject_date_and_text() -> None:
    made = outcome(written("The ferry sails again.\n\nTwo hundred went aboard.\n\n-- \nIda, +1 555 0100\n"))
    assert made.article.title == "Ferry sails"
    assert made.article.date is not None
    assert made.article.date.edtf == "2015-02-19T06:18:40+00:00"
    assert made.article.body == "The ferry sails again.\n\nTwo hundred went aboard."
    assert made.identity == "mid:17@press.example"
    assert "press.example" not in repr(made.article)


def test_the_html_form_counts() -> None:
    made = article(written(html="<p>The <b>ferry</b> <a href='https://f.example/'>sails</a>.</p><div>--<br>Ida</div>"))
    assert made.body == "The **ferry** [sails](https://f.example/)."


def test_lines_before_the_text_say_more_than_the_subject() -> None:
    made = article(written("Headline: Storm over\n\nAbstract: It is over.\n\nBy Ida Quist\n\nThe storm is over now.\n"))
    assert (made.title, made.summary, made.authors[0].name) == ("Storm over", "It is over.", "Ida Quist")
    assert made.body == "The storm is over now."


def test_a_form_sent_as_json_is_read() -> None:
    made = article(written('{"Headline": ["Storm over"], "Abstract": ["It is over."], "Body": ["The storm is over."]}'))
    assert (made.title, made.summary, made.body) == ("Storm over", "It is over.", "The storm is over.")


def test_json_that_is_no_form_stays_text() -> None:
    assert "17" in article(written('{"number of the ferry": 17}')).body
    assert article(written('{"Headline": [], "Body": ["x"]}')).title == "Ferry sails"


def test_an_attached_picture_leads_and_one_in_the_text_stays_there() -> None:
    attached = written()
    attached.add_attachment(b"\xff\xd8\xff1", maintype="image", subtype="jpeg", filename="../../cow.jpg")
    made = outcome(attached)
    assert made.article.image is not None
    assert dict(made.files) == {made.article.image.src: b"\xff\xd8\xff1"}
    inline = written()
    inline.set_content('<p>Look:</p><p><img src="cid:cow@x" alt="A cow"></p>', subtype="html")
    inline.add_related(b"\x89PNG1", maintype="image", subtype="png", cid="<cow@x>")
    made = outcome(inline)
    assert dict(made.files) == {"picture-1.png": b"\x89PNG1"}
    assert "![A cow](picture-1.png)" in made.article.body
    assert made.article.image is None


@pytest.mark.parametrize("charset", ["windows-1252", "iso-8859-1", "no-such-charset", "utf-8"])
def test_utf8_is_read_as_such_whatever_the_mail_states(charset: str) -> None:
    head = f"From: a@b.example\nTo: c@d.example\nSubject: Åse\nContent-Type: text/plain; charset={charset}\n\n"
    assert article(head.encode() + "Ærlig talt, sa Åse.".encode()).body == "Ærlig talt, sa Åse."


def test_a_stated_charset_is_heeded() -> None:
    head = b"From: a@b.example\nTo: c@d.example\nSubject: x\nContent-Type: text/plain; charset=koi8-r\n\n"
    assert article(head + "Паром снова ходит".encode("koi8-r")).body == "Паром снова ходит"


def test_a_subject_in_utf8_that_states_windows_1252() -> None:
    head = b"From: a@b.example\nTo: c@d.example\nSubject: =?Windows-1252?Q?Pilot=E2=80=99s_day?=\n\nThe text."
    assert article(head).title == "Pilot’s day"


def test_a_page_saved_as_mhtml_is_a_page() -> None:
    text = "".join(
        f"<p>The harbour reopened on day {n}, and the ferries of the islands carried people home.</p>" for n in range(9)
    )
    page = f"<html><head><title>Harbour reopens</title></head><body><article>{text}</article></body></html>"
    head = (
        "From: <Saved by Blink>\nSnapshot-Content-Location: https://pilot.example/harbour\nSubject: Harbour reopens\n"
        "Date: Thu, 19 Feb 2015 17:18:40 +1100\nMIME-Version: 1.0\n"
        'Content-Type: multipart/related; type="text/html"; boundary="b"\n\n'
        "--b\nContent-Type: text/html\nContent-Location: https://pilot.example/harbour\n\n"
    )
    made = article(f"{head}{page}\n--b--\n".encode())
    assert (made.title, made.source_url) == ("Harbour reopens", "https://pilot.example/harbour")
    assert "day 8" in made.body


def test_what_has_no_text_is_told() -> None:
    (made,) = mail.read(Input.from_bytes(written("\n").as_bytes()), Settings())
    assert made == Rejected(place="", reason="a mail without text")


@pytest.mark.parametrize(
    "text", ["Note: bring\nTo: the\nDate: with\n", "Title: x\nDate: 2015\nTags: y\n\nBody\n", "", "From: x\n"]
)
def test_other_text_is_no_mail(text: str) -> None:
    assert mail.recognises(text.encode()) == 0


def test_parts_within_parts_end_as_one_line() -> None:
    data = b"From: a@b.example\nTo: c@d.example\nSubject: x\n"
    for number in range(3000):
        data += b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (number, number)
    with pytest.raises(Unreadable, match="without end"):
        list(mail.read(Input.from_bytes(data), Settings()))


@given(
    st.binary(max_size=300), st.sampled_from(["text/plain", "text/html", "multipart/mixed; boundary=b", "image/png"])
)
def test_any_bytes_end_as_an_outcome(data: bytes, kind: str) -> None:
    head = f"From: a@b.example\nSubject: x\nDate: {data[:9]!r}\nContent-Type: {kind}\n".encode()
    for begin in (head, head + b"\n", head + b"\n--b\n"):
        assert len(list(mail.read(Input.from_bytes(begin + data), Settings()))) == 1
