"""Migrations of the laboratory."""
