"""What cage costs, and how it does beside other tools: run by make, imported by tests."""
