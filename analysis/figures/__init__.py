"""figures: one file a figure. Each takes the results and returns a drawing.Figure, with notes on what is not drawn."""
