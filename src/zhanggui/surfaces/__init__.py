"""What people and programs touch. A surface translates what the app answers; it computes nothing."""
