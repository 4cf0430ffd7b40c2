"""The text of a page is never garbled, whatever the page says of its encoding."""

from __future__ import annotations

import codecs

import pytest

from backissue.importers.pages.decoding import decode

RUSSIAN = "Совет города обсудил ремонт портовой стены, которая стоит уже девяносто лет и нуждается в ремонте. " * 4
JAPANESE = "港の壁は九十年間立っており、修理が必要である。市議会は月曜日に会合を開き、費用について話し合った。" * 4
CHINESE = "市议会星期一开会讨论港口墙的修缮问题。这堵墙已经矗立了九十年，需要维修。渔民要求修建第二个船台。" * 4
KOREAN = "시의회는 월요일에 회의를 열어 항구 벽의 수리 문제를 논의했다. 이 벽은 구십 년 동안 서 있었다. " * 4
GERMAN = "Der Stadtrat beriet über die Hafenmauer – sie ist „neunzig“ Jahre alt und muß für 4 € erneuert werden. " * 4
POLISH = "Rada miasta obradowała w poniedziałek nad murem portowym, który stoi już dziewięćdziesiąt lat. Żółta łódź. "


def page(text: str, charset: str = "") -> str:
    meta = f'<meta charset="{charset}">' if charset else ""
    return f"<html><head>{meta}<title>{text[:20]}</title></head><body><p>{text}</p></body></html>"


@pytest.mark.parametrize(
    ("text", "encoding", "label"),
    [
        (RUSSIAN, "koi8-r", "koi8-r"),
        (RUSSIAN, "cp1251", "windows-1251"),
        (JAPANESE, "shift_jis", "Shift_JIS"),
        (JAPANESE, "euc_jp", "euc-jp"),
        (JAPANESE, "iso2022_jp", "iso-2022-jp"),
        (CHINESE, "gb2312", "gb2312"),
        (KOREAN, "euc_kr", "euc-kr"),
        (GERMAN, "cp1252", "windows-1252"),
        (GERMAN, "cp1252", "iso-8859-1"),
        (POLISH, "iso8859-2", "iso-8859-2"),
        (GERMAN, "utf-8", "utf-8"),
    ],
)
def test_a_declared_encoding_is_followed(text: str, encoding: str, label: str) -> None:
    assert decode(page(text, label).encode(encoding)) == page(text, label)
    assert decode(page(text).encode(encoding), label) == page(text)


@pytest.mark.parametrize("label", ["iso-8859-1", "windows-1252", "shift_jis", "koi8-r"])
def test_valid_utf8_is_utf8_whatever_is_declared(label: str) -> None:
    assert decode(page(GERMAN, label).encode()) == page(GERMAN, label)


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [(codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")],
)
def test_a_byte_order_mark_comes_first(mark: bytes, encoding: str) -> None:
    assert decode(mark + page(RUSSIAN, "koi8-r").encode(encoding), "latin-1") == page(RUSSIAN, "koi8-r")


def test_a_server_s_default_gives_way_to_the_page() -> None:
    data = page(RUSSIAN, "koi8-r").encode("koi8-r")
    assert decode(data, "iso-8859-1") == page(RUSSIAN, "koi8-r")


def test_cyrillic_that_calls_itself_western_is_found_out() -> None:
    assert decode(page(RUSSIAN, "iso-8859-1").encode("cp1251")) == page(RUSSIAN, "iso-8859-1")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [(RUSSIAN, "cp1251"), (JAPANESE, "shift_jis"), (CHINESE, "gb18030"), (KOREAN, "euc_kr"), (GERMAN, "cp1252")],
)
def test_an_undeclared_encoding_is_guessed(text: str, encoding: str) -> None:
    assert decode(page(text).encode(encoding)) == page(text)


def test_a_stray_byte_does_not_spoil_utf8() -> None:
    data = page(RUSSIAN, "utf-8").encode()
    assert decode(data + b"<p>caf\xe9</p>") == page(RUSSIAN, "utf-8") + "<p>café</p>"


def test_control_characters_go() -> None:
    assert decode(b"a\x00b\x0bc\td\n") == "abc\td\n"


def test_unknown_labels_are_ignored() -> None:
    assert decode(page(GERMAN, "klingon-8").encode(), "x-nonsense") == page(GERMAN, "klingon-8")
