"""Schema steps of the audit trail."""
