"""Training in the background: started, followed, paused and resumed."""
