"""The kill harness: the program is stopped in the middle, goes on, and the CRM is compared with the source."""
