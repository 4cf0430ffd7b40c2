"""HTML of bodies: made from Markdown, cleaned, and its links put right."""
