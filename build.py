"""`python build.py` is `backissue`, from a checkout of the project and without installing it first."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "src"))

from backissue.cli import main  # noqa: E402 (the path comes first)

if __name__ == "__main__":
    sys.exit(main())
