"""Follow-up: the calls after an infusion, the ratings that judge it, and what the course comes to."""
