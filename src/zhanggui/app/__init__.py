"""What a person may do: commands and questions, the daily close, jobs. The one room that composes the others."""
