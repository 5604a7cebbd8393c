"""Template tags of the work app."""
