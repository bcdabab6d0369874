"""Penalty files (行政处罚信息): from bytes to rows that can be entered, each doubt named."""
