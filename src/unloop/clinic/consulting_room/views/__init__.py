"""Pages of the consulting room."""
