"""What several pages share: styles, parameters, pictures, messages and background work."""
