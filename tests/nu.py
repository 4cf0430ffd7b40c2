"""The Nu Html Checker (validator.w3.org/nu), run on files: npm's package `vnu-jar`, by a Java of 17 or later."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.conftest import ROOT

JAR = Path(os.environ.get("VNU_JAR", ROOT / "node_modules/vnu-jar/build/dist/vnu.jar"))
"""Where `npm install --no-save vnu-jar`, run in the project's folder, puts it."""

_OF_FILES = "Resource violates Content Security Policy"
"""It takes a page's own host, 'self', for another one than that of the files beside it."""
_OF_DATA = "Inline script violates Content Security Policy"
"""It takes a block of data (JSON-LD) for a script: no policy forbids those (HTML, 4.12.1; CSP 3, 4.2.3)."""


def require() -> None:
    """Skip the test where the checker or Java is missing; fail it under CI=true."""
    missing = [name for name, there in (("java", shutil.which("java")), (str(JAR), JAR.is_file())) if not there]
    if missing:
        what = f"the Nu Html Checker is not here: {', '.join(missing)}"
        if os.environ.get("CI") == "true":
            pytest.fail(what)
        pytest.skip(what)


def faults(folder: Path, paths: Sequence[str]) -> list[str]:
    """What the checker has against pages of a site: errors and warnings, each a line with its place."""
    require()
    names = [str(folder / path) for path in paths]
    command = [
        "java",
        "-Xss4m",
        "-jar",
        str(JAR),
        "--no-langdetect",
        "--format",
        "json",
        "--exit-zero-always",
        "--stdout",
        *names,
    ]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    found = []
    for message in json.loads(run.stdout)["messages"]:
        kind = message.get("subType") or message["type"]
        if kind != "info" and not message["message"].startswith((_OF_FILES, _OF_DATA)):
            path = message["url"].removeprefix(folder.as_uri()).removeprefix("file:" + str(folder)).lstrip("/")
            extract = message.get("extract", "").replace("\n", " ")
            found.append(f"{path}:{message.get('lastLine', 0)}: {kind}: {message['message']} [{extract}]")
    return found
