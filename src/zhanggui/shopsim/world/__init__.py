"""What stands before the first day: the scenario's places, goods and people, and the calendar they live by."""
