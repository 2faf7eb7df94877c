"""Whether the project's texts are plain English: `make english`."""
