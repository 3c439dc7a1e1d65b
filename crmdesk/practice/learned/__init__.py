"""Objects and fields that the org has learned from the descriptions of another one."""
