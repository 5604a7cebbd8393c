"""Template tags of the consulting room."""
