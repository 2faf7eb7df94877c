"""The image of the new revision."""
