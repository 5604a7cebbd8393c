"""Work: tasks with an owner and a clock, and messages that go out once."""
