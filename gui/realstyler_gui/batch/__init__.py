"""Batch mode: many pictures, one style."""
