"""What was prepared goes out, and receipts come back: packing, roads, pace, and what is sent once more."""
