"""Batch mode: many pictures, one look."""
