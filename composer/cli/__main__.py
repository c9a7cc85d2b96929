"""`python -m composer.cli`, as torchrun starts it: the `ricercar` command without the window."""

import sys

from composer.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
