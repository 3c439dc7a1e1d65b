"""What the refusals of a sign-in mean, as tables: one for each way to sign in; the first card that fits is taken."""
