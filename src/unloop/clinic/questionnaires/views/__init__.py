"""Pages of the questionnaires: the person's, on a phone, and the staff's."""
