"""The built-in styles: one folder each, with its picture, its painter, its recipe and its weights."""
