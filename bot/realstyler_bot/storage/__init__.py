"""What is kept on disk: SQLite, with one transaction for what is asked at the same time."""
