"""What writes generated pages, pictures and test data; not part of the product."""
