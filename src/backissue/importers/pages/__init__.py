"""What a web page says of itself, and the article that stands on it: the parts of the HTML importer."""
