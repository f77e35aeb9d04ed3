"""What buyers want and how it becomes orders: the calendar, expected and drawn demand, baskets, traffic."""
