"""What is known of every tensor without running anything: its shape and, where shapes and loops depend on it, its value."""
