"""Tables: cells, the models that give them, the delegate that paints them, the view that shows whole lines only."""
