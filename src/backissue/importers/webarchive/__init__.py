"""Web archives below the level of pages: compressed members, records, HTTP messages."""
