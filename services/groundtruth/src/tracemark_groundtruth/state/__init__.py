"""What the service remembers: jobs, objects, tasks, workers, in SQLite or PostgreSQL."""
