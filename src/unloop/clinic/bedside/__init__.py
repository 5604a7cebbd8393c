"""Bedside: infusion sessions, charted event by event, and the gate that the database itself keeps."""
