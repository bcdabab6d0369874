"""What pages share in looks and words: components, filters, navigation, forms. No queries."""
