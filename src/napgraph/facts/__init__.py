"""Fact sheets and the graphs they become."""
