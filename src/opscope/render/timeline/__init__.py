"""One measured step in other profilers' formats."""
