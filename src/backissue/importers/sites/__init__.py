"""What the files of Markdown sites hold beside Markdown and front matter: templates' tags, permalinks, folders."""
