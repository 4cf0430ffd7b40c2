"""The parts of the feed reader: entries as feeds give them, and the step from an entry to an article."""
