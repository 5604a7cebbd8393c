"""Consultation: what is said about benefits, risks and alternatives before anybody consents."""

from __future__ import annotations

from unloop.care.consultation.sheet import ConsentText, Question, Section, Sheet, Statement, consent_text

__all__ = ["ConsentText", "Question", "Section", "Sheet", "Statement", "consent_text"]
