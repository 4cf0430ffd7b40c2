"""What the formats of news agencies have in common: items as written, bylines, time stamps, records in XML."""
