"""What the commands share at the terminal: tables, progress, options."""
