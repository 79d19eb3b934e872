"""Figures: what they say, their pictures, and drawing those; only drawing needs the libraries."""
