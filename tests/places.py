"""Where tests find their data. Without imports of the program, so that light tests stay light."""

from __future__ import annotations

from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
EXAMPLES = REPOSITORY / "examples"
DATA = REPOSITORY / "tests" / "data"
