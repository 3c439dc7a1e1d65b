"""Jobs: from files or made by eye, looked at before they are whole, saved."""
