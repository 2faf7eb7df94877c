"""What the task definition asks for, and the account lacks."""
