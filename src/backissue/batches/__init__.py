"""What workers do with a batch: content files → entries, views → files of the site.

A batch is plain data, and so is its result; a worker needs nothing else but the file system that it shares with the
build. What all batches have in common lies in a file, the context, which a worker reads once.
"""
