"""Words: events, endings, statuses, comparisons and findings as text for people."""
