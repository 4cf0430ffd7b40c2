"""HTML fragments → Markdown, for every format whose bodies are HTML."""
