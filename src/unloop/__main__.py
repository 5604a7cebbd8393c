"""`python -m unloop` is the `unloop` command."""

from __future__ import annotations

from unloop.cli import main

main()
