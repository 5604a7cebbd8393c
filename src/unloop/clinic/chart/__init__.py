"""Chart: persons and their facts, what was imported, and the timeline of a course."""
