"""What streaming jobs read from queues and tell topics."""
