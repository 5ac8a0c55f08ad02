"""The service: takes pictures in, keeps the state of each job, and has results delivered."""
