"""Template tags of the follow-up app."""
