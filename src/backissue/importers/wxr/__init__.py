"""The parts of the WordPress reader: items out of a stream of bytes, editor text to HTML, items to articles."""
