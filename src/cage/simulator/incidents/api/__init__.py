"""How AWS answers."""
