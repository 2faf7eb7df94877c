"""Why a task failed: the cause, what mends it, and what AWS and the log said."""
