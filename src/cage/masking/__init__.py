"""What is secret, and how it is hidden in what cage shows."""
