"""The parts of bench/run.py: jobs and rows (what is measured), runner (how), figures (medians,
ratios), table (how it looks), about (where it was measured), syscalls and micro (what needs other
tools)."""
