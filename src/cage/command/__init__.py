"""What a command has around it: its files, AWS, reports, signals, questions, and its exit code."""
