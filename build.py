"""`python build.py` is `backissue`, from a checkout of the project."""

import sys
from importlib.util import find_spec
from pathlib import Path

SET_UP = "python3 -m venv .venv && .venv/bin/pip install -q -e '.[images,search]' && .venv/bin/python build.py"
LIBRARIES = ("jinja2", "markdown", "msgspec", "nh3", "slugify", "yaml")

# This file alone is read by any Python, however old, so that it can say what is wrong.
if sys.version_info < (3, 11):  # noqa: UP036 (not everybody who tries has it)
    sys.exit("backissue needs Python 3.11 or newer, and this is {}.{}".format(*sys.version_info))
missing = [name for name in LIBRARIES if find_spec(name) is None]
if missing:
    sys.exit(f"not installed: {', '.join(missing)} — run  {SET_UP}")

sys.path.insert(0, str(Path(__file__).parent / "src"))

from backissue.cli import main  # noqa: E402 (the path comes first)

if __name__ == "__main__":
    sys.exit(main())
