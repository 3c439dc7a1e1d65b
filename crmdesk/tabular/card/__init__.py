"""What a source holds, column by column: how full, how long, how many different values, and of what type they seem."""
