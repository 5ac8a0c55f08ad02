"""The queue: who is next, and the lanes that fetch, paint and hand over."""
