"""What things cost, measured side by side and printed as tables."""
