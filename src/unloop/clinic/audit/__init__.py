"""The audit trail: who saw or did what to whose record, and the hash chain that shows if a line was touched."""
