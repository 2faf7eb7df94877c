"""The IAM policy that each command needs: what it allows, on what, and the document."""
