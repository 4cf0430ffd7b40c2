"""The command line: what it says, where it says it, and with which exit code."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.conftest import ROOT
from tests.scratch import ScratchSite

from backissue import __version__, building, pipeline, preview
from backissue.cli import main


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ScratchSite:
    """A site with two articles, in the folder that we are in."""
    site = ScratchSite(tmp_path)
    site.put("flood.md", "The flood", date="1953-02-01")
    site.put("after.md", "After the flood", "See [the night](flood.md).", date="1953-02-03")
    monkeypatch.chdir(tmp_path)
    return site


def run(*arguments: str) -> int:
    """The exit code of a command."""
    try:
        return main(arguments)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 1


# -- the command line itself


def test_without_a_command_it_builds(site: ScratchSite, capsys: pytest.CaptureFixture[str]) -> None:
    assert run() == 0
    said = capsys.readouterr()
    assert (site.output / "1953/02/the-flood.html").is_file()
    assert said.out.startswith("2 articles, ")
    assert "Look at it: open public/index.html, or run  python -m http.server -d public\n" in said.out
    assert not said.err


def test_options_alone_are_those_of_a_build(site: ScratchSite, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--explain", "--jobs", "1") == 0
    assert "1953/02/the-flood.html: new\n" in capsys.readouterr().out


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--version") == 0
    assert capsys.readouterr().out == f"backissue {__version__}\n"


def test_help_tells_of_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--help") == 0
    text = capsys.readouterr().out
    assert "Turns a pile of news articles into a permanent, browsable web archive." in text
    for command, what in {
        "build": "make the site from the content folder",
        "serve": "build, show the site on this machine",
        "import": "turn files of any format into articles",
        "group": "find articles that tell the same story",
        "new": "begin an article, as a draft",
        "init": "begin an archive in a new folder",
        "export": "write the whole archive as data",
        "check": "look for broken links",
    }.items():
        assert f"\n    {command} " in text
        assert what in " ".join(text.split())


@pytest.mark.parametrize("command", ["build", "serve", "import", "group", "new", "init", "export", "check"])
def test_help_of_a_command_is_whole(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(command, "--help") == 0
    text = capsys.readouterr().out
    assert text.startswith(f"usage: backissue {command} ")
    assert "None" not in text
    assert all(len(line) <= 120 for line in text.splitlines())


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["biuld"], "invalid choice: 'biuld'"),
        (["build", "--cleen"], "unrecognized arguments: --cleen"),
        (["import"], "INPUT"),
        (["new"], "title"),
        (["serve", "--port", "99999"], '"99999" is no number from 0 to 65,535'),
        (["serve", "--port", "http"], '"http" is no number from 0 to 65,535'),
        (["build", "--jobs", "-1"], "--jobs"),
        (["build", "--jobs", "two"], '"two" is no number from 0 to 1,024'),
    ],
)
def test_a_wrong_command_line_is_told(
    arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert run(*arguments) == 2
    said = capsys.readouterr()
    assert complaint in said.err
    assert "usage: backissue" in said.err
    assert not said.out


@pytest.mark.parametrize("command", [["build"], ["serve"], ["new", "A title"], ["check"], ["import", "-"], ["group"]])
def test_a_root_that_is_not_there_is_told_and_not_made(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "nowhere"
    assert run(*command, "--root", str(root)) == 1
    assert capsys.readouterr().err == f"{root}: there is no such folder — name the one with site.yaml\n"
    assert not root.exists()


# -- build


def test_faults_are_all_told_and_nothing_is_built(site: ScratchSite, capsys: pytest.CaptureFixture[str]) -> None:
    site.write("content/bad.md", "---\ndate: 2020-02-30\n---\n")
    site.write("content/worse.md", "---\ntitle: A\ndate: soon\n---\n")
    assert run("build", "--jobs", "1") == 1
    said = capsys.readouterr()
    lines = said.err.splitlines()
    assert [line.split(": ")[0] for line in lines] == ["content/bad.md:2", "content/bad.md:2", "content/worse.md:3"]
    assert all(" — " in line for line in lines)
    assert not said.out
    assert not site.output.exists()


def test_skip_bad_builds_the_rest_and_still_fails(site: ScratchSite, capsys: pytest.CaptureFixture[str]) -> None:
    site.write("content/bad.md", "---\ndate: 1953\n---\n")
    assert run("build", "--skip-bad", "--jobs", "1") == 1
    said = capsys.readouterr()
    assert said.err.startswith("content/bad.md:2: no title — ")
    assert said.err.endswith("\n1 fault; the rest was built\n")
    assert said.out.startswith("2 articles, ")
    assert (site.output / "1953/02/the-flood.html").is_file()


def test_bad_settings_are_told(site: ScratchSite, capsys: pytest.CaptureFixture[str]) -> None:
    site.write("site.yaml", "title: A\npagesize: 3\n")
    assert run("build") == 1
    assert capsys.readouterr().err == 'site.yaml:2: unknown key "pagesize" — did you mean "page_size"?\n'


def test_quiet_tells_of_faults_only(site: ScratchSite, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("build", "--quiet", "--jobs", "1") == 0
    assert capsys.readouterr() == ("", "")
    site.write("content/bad.md", "no front matter")
    assert run("build", "--quiet", "--jobs", "1") == 1
    said = capsys.readouterr()
    assert "no front matter" in said.err
    assert not said.out


def test_the_summary_counts(site: ScratchSite, capsys: pytest.CaptureFixture[str]) -> None:
    site.put("draft.md", "Not yet", draft="true")
    assert run("build", "--jobs", "1") == 0
    assert capsys.readouterr().out.startswith("2 articles (1 not published), ")
    assert run("build", "--jobs", "1") == 0
    assert ": 0 rendered, 0 written, in " in capsys.readouterr().out
    site.remove("content/after.md")
    assert run("build", "--jobs", "1", "--allow-gone") == 0
    assert " written, 2 removed, in " in capsys.readouterr().out  # its page and its JSON twin


def test_other_folders(site: ScratchSite, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "elsewhere").mkdir()
    os.chdir(tmp_path / "elsewhere")
    assert run("build", "--root", "..", "--content", "../content", "--output", "site", "--jobs", "1") == 0
    assert (tmp_path / "elsewhere/site/index.html").is_file()
    assert "open site/index.html" in capsys.readouterr().out


def test_verify_finds_a_byte_that_differs(site: ScratchSite, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("build", "--verify", "--jobs", "1") == 0
    assert "verified: every byte is as in a clean build\n" in capsys.readouterr().out
    page = site.output / "1953/02/the-flood.html"
    page.write_bytes(page.read_bytes() + b" ")
    (site.output / "notes.txt").write_text("not ours", "utf-8")
    assert run("build", "--verify", "--jobs", "1") == 1
    said = capsys.readouterr()
    assert said.err.startswith("1953/02/the-flood.html: differs from a clean build — ")
    assert len(said.err.splitlines()) == 1
    assert "verified" not in said.out


@pytest.mark.parametrize("scheduler", ["", "tcp://127.0.0.1:9"])
def test_verify_builds_where_the_workers_of_a_cluster_see_it(
    site: ScratchSite, monkeypatch: pytest.MonkeyPatch, scheduler: str
) -> None:
    assert run("build", "--quiet") == 0
    build, outputs = pipeline.build, []

    def noting(options: Any, *others: Any) -> Any:
        outputs.append(options.output)
        return build(msgspec.structs.replace(options, scheduler=""), *others)

    monkeypatch.setattr(pipeline, "build", noting)
    assert run("build", "--verify", *(["--scheduler", scheduler] if scheduler else [])) == 0
    assert outputs[0] is None
    assert (site.root / ".backissue" in outputs[1].parents) is bool(scheduler)
    assert not outputs[1].exists()


def test_explain_says_why(site: ScratchSite, capsys: pytest.CaptureFixture[str]) -> None:
    run("build", "--quiet", "--jobs", "1")
    capsys.readouterr()
    site.put("after.md", "After the flood", "Another text. See [the night](flood.md).", date="1953-02-03")
    assert run("build", "--quiet", "--explain", "--jobs", "1") == 0
    told = capsys.readouterr().out.splitlines()
    assert "1953/02/after-the-flood.html: after.md changed" in told
    assert not [line for line in told if line.startswith("1953/02/the-flood.html")]


# -- what ends a command early


def test_interrupted(site: ScratchSite, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(pipeline, "build", interrupted)
    assert run("build") == 130
    assert capsys.readouterr().err == "stopped; nothing was lost\n"


def test_told_to_end(site: ScratchSite, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    cleared_up = []

    def told(*_: object) -> None:
        try:
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(10)
        finally:
            cleared_up.append(True)

    monkeypatch.setattr(pipeline, "build", told)
    before = signal.getsignal(signal.SIGTERM)
    assert run("build") == 143
    assert capsys.readouterr().err == "stopped; nothing was lost\n"
    assert cleared_up
    assert signal.getsignal(signal.SIGTERM) == before


def test_a_reader_that_goes_away_is_no_fault(site: ScratchSite) -> None:
    for number in range(300):
        site.put(f"{number}.md", f"Title {number}", date="1960")
    command = [sys.executable, str(ROOT / "build.py"), "--explain", "--jobs", "1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 1


def test_a_fault_of_the_system_is_one_line(
    site: ScratchSite, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def denied(*_: object) -> None:
        raise PermissionError(13, "Permission denied", "/somewhere")

    monkeypatch.setattr(preview, "serve", lambda *_: None)
    monkeypatch.setattr(building, "read_site", denied)
    assert run("new", "A title") == 1
    assert capsys.readouterr().err == "/somewhere: Permission denied — put that right and try again\n"


def test_letters_that_the_output_has_not(site: ScratchSite, monkeypatch: pytest.MonkeyPatch) -> None:
    site.put("паводок.md", "Паводок", date="1953-02-04")
    output = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", output)
    assert run("--explain", "--output", "сайт", "--jobs", "1") == 0
    output.flush()
    assert rb"open \u0441\u0430\u0439\u0442/index.html" in output.buffer.getvalue()  # type: ignore[attr-defined]


# -- the other commands


def test_new_prints_the_file(site: ScratchSite, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("new", "Ferry returns") == 0
    path = Path(capsys.readouterr().out.removesuffix("\n"))
    assert "draft: true" in path.read_text("utf-8")
    assert run("new", "Ferry returns") == 1
    assert "there is such an article already" in capsys.readouterr().err


def test_init_then_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("init", "my-archive") == 0
    said = capsys.readouterr().out
    assert "wrote my-archive/site.yaml\n" in said
    assert said.endswith("Now: cd my-archive, then  backissue serve\n")
    monkeypatch.chdir("my-archive")
    assert run("--jobs", "1") == 0
    assert run("check") == 0
    assert capsys.readouterr().out.endswith("no faults\n")


def test_check_lists_what_it_finds(site: ScratchSite, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check") == 1
    assert capsys.readouterr().err == "public: there is no such folder — build the site first\n"
    run("build", "--quiet", "--jobs", "1")
    (site.output / "extra.html").write_text("<p>Hello", "utf-8")
    assert run("check") == 1
    said = capsys.readouterr().out.splitlines()
    assert said[-1] == "4 faults"
    assert all(line.startswith("public/extra.html:1: ") for line in said[:-1])
    assert run("check", "--ignore", "markup") == 1
    assert capsys.readouterr().out == "public/extra.html:1: no page leads to this one\n1 fault\n"
    assert run("check", "--ignore", "markup, orphan") == 0
    assert capsys.readouterr().out == "no faults\n"
    assert run("check", "--ignore", "orphans") == 2
    assert 'no rule is called "orphans": did you mean "orphan"?' in capsys.readouterr().err


def test_check_writes_json(site: ScratchSite, capsys: pytest.CaptureFixture[str]) -> None:
    site.put("after.md", "After the flood", "See [the night](flood.md#night).", date="1953-02-03")
    run("build", "--quiet", "--jobs", "1")
    assert run("check", "--json") == 1
    (line,) = capsys.readouterr().out.splitlines()
    found = json.loads(line)
    assert found.pop("page_line") > 1
    assert found == {
        "path": "content/after.md",
        "line": 6,
        "rule": "anchor",
        "severity": "fault",
        "message": '"../../1953/02/the-flood.html#b-night" leads to no place on the page 1953/02/the-flood.html',
        "page": "public/1953/02/after-the-flood.html",
    }


def test_serve_shows_what_it_built(
    site: ScratchSite, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    calls = []

    def serve(folder, port, watched, rebuild, ready):
        calls.append((folder, port, set(watched()), rebuild()))
        site.write("content/bad.md", "no front matter")
        calls.append(rebuild())
        ready("http://127.0.0.1:1/")

    monkeypatch.setattr(preview, "serve", serve)
    assert run("serve", "--port", "0", "--jobs", "1") == 0
    (folder, port, watched, fault), later = calls
    assert (folder, port, fault) == (Path("public"), 0, "")
    assert watched == {Path("site.yaml"), Path("content"), Path("templates")}
    assert later.startswith("content/bad.md:1: no front matter")
    assert capsys.readouterr().out.endswith("Look at it: http://127.0.0.1:1/  (Ctrl-C ends)\n")


def test_serve_builds_anew_once_only(
    site: ScratchSite, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run("build", "--jobs", "1")
    capsys.readouterr()
    monkeypatch.setattr(preview, "serve", lambda _folder, _port, _watched, rebuild, _ready: (rebuild(), rebuild()))
    assert run("serve", "--clean", "--jobs", "1") == 0
    first, second = capsys.readouterr().out.splitlines()
    assert " 0 rendered" not in first
    assert " 0 rendered" in second


def test_serve_at_a_port_in_use(
    site: ScratchSite, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def serve(*_: object) -> None:
        raise OSError(98, "Address already in use")

    monkeypatch.setattr(preview, "serve", serve)
    assert run("serve") == 1
    assert capsys.readouterr().err == "port 8000: Address already in use — choose another with --port\n"


# -- build.py


def test_build_py_says_what_to_install(tmp_path: Path) -> None:
    # Isolated and without site-packages: a Python that has nothing but itself.
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(ROOT / "build.py")], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert done.returncode == 1
    assert done.stderr.startswith("not installed: jinja2, markdown, msgspec, nh3, slugify, yaml — run  python3 -m venv")
    assert len(done.stderr.splitlines()) == 1


# -- export


def test_export_tells_what_it_wrote(site: ScratchSite, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("export", "--jsonl", "--sqlite", "--jobs", "1") == 0
    assert capsys.readouterr().out.splitlines() == [
        "export/jsonl: 2 files written",
        "export/sqlite: 3 files written",
        "5 files written, 0 as before, in export",
    ]
    assert run("export", "--jsonl", "--jobs", "1", "--to", "elsewhere") == 0
    assert Path("elsewhere/jsonl/articles-1953.jsonl").is_file()
    site.write("content/bad.md", "no front matter")
    capsys.readouterr()
    assert run("export", "--jsonl", "--jobs", "1") == 1
    assert capsys.readouterr().err.startswith("content/bad.md:1: no front matter")
    assert run("export", "--jsonl", "--skip-bad", "--jobs", "1") == 1
    assert run("export", "--wacz", "--jobs", "1", "--to", "content") == 1
