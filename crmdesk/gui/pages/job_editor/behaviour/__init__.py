"""How a job works, beside what it moves: its pace, its bounds, and what it does about trouble."""
