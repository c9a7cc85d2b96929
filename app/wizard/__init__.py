"""Teaching a style, page by page."""
