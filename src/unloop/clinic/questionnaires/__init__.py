"""Questionnaires: what a person answers on a phone, what a clinician rates, and that somebody reads it."""
