"""Desktop app that paints photographs, videos and webcams; a plugin of the command line."""
