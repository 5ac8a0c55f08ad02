"""The service layer: accepts pictures, tracks the state of jobs, and has results delivered."""
