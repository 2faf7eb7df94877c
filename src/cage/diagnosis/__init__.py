"""Why a task failed: the cause, how to fix it, and what AWS and the log reported."""
