"""`python -m backissue` is the command `backissue`."""

import sys

from .cli import main

sys.exit(main())
