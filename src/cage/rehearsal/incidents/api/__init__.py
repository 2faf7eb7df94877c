"""Incidents of how AWS answers."""
