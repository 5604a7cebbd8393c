"""Consulting room: evaluation and its sign-off, plan, consultation and consent."""
