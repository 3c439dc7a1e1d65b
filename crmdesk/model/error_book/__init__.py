"""The error book: what each refusal means in the admin's words, what to do, and which remedies there are."""
