"""The parts around a command: files, AWS, reports, signals, questions, and the exit code."""
