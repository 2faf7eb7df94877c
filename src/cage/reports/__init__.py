"""Events, told: each report is a sink, one small file each."""
