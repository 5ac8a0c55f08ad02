"""The desktop app: photographs, clips and webcams, painted; a plugin of the command line."""
