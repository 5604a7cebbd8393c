"""What other apps and the command line may ask of the library."""

from __future__ import annotations

from unloop.clinic.library.pages import ShownPage, shown_page

__all__ = ["ShownPage", "shown_page"]
