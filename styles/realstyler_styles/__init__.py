"""The built-in styles: a folder each, with its picture, painter, recipe and weights."""
