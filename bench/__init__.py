"""The measurements behind docs/performance.md: an archive of any size, the peers, the floor and the growth."""
