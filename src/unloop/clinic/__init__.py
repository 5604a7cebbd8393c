"""The Django application around the core. Its apps stack; each may use only the apps below it:

front_desk, follow_up, bedside, consulting_room, questionnaires, laboratory, work, chart, people, audit.
"""
