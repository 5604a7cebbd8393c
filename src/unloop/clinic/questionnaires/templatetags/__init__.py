"""Template tags of the questionnaires app."""
