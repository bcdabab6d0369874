"""Vectors (判例式用例): cases in a lawyer's words beside the law, and what the law answers to each."""
