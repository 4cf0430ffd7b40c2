from __future__ import annotations

import io
import zipfile

import pytest
from tests.webarchives import http, page, warc, zipped

from backissue.importers import formats, recognise, wacz
from backissue.importers.outcomes import Imported, Input, Outcome, Rejected, Settings, Unreadable


def package(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in {"datapackage_json": b"{}", **members}.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), data)
    return stream.getvalue()


def read(data: bytes) -> list[Outcome]:
    return list(wacz.read(Input.from_bytes(data), Settings()))


def test_recognises() -> None:
    data = package(archive__a_warc=b"")
    found = recognise(data, formats())
    assert found is not None
    assert found.name == "wacz"
    assert wacz.recognises(b"PK\x03\x04 word/document.xml") == 0
    assert wacz.recognises(b"archive/") == 0


def test_every_archive_of_the_package_in_the_order_of_the_names() -> None:
    data = package(
        archive__b_warc_gz=zipped(warc(http(page(seed="b")), "http://a.example/b")),
        archive__a_warc=warc(http(page(seed="a")), "http://a.example/a"),
        pages__pages_jsonl=b"{}",
    )
    first, second = read(data)
    assert isinstance(first, Imported)
    assert isinstance(second, Imported)
    assert first.place == "archive/a.warc, record 1 at byte 0, http://a.example/a"
    assert second.place == "archive/b.warc.gz, record 1 at byte 0, http://a.example/b"


def test_a_package_without_archives() -> None:
    with pytest.raises(Unreadable, match="no WARC file among the 2 members"):
        read(package(archive__a_txt=b"x"))


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04", b"PK\x03\x04" + b"x" * 100, package(archive__a_warc=b"x" * 200)[:200]]
)
def test_no_zip_file(data: bytes) -> None:
    with pytest.raises(Unreadable, match="no readable ZIP file"):
        read(data)


def test_a_broken_member_is_told_and_the_others_arrive() -> None:
    good, bad = warc(http(page()), "http://a.example/z"), warc(http(page(seed="bad")), "http://a.example/bad")
    data = bytearray(package(archive__a_warc=bad, archive__z_warc=good))
    place = data.index(b"The bad of the harbour")
    data[place : place + 3] = b"XXX"
    outcomes = read(bytes(data))
    assert [type(each).__name__ for each in outcomes][-1] == "Imported"
    assert any(isinstance(each, Rejected) and "broken in the package" in each.reason for each in outcomes)


def test_an_encrypted_member_is_told() -> None:
    data = bytearray(package(archive__a_warc=warc(http(page()))))
    for mark in (b"PK\x03\x04", b"PK\x01\x02"):
        place = data.index(b"archive/a.warc") if mark == b"PK\x03\x04" else data.rindex(b"archive/a.warc")
        start = data.rindex(mark, 0, place)
        data[start + (6 if mark == b"PK\x03\x04" else 8)] |= 1
    (found,) = read(bytes(data))
    assert isinstance(found, Rejected)
    assert "encrypted" in found.reason
