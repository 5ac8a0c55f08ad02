"""The fair queue, and the runner whose lanes fetch, paint and deliver."""
