"""Networks as readable PyTorch source. It may import plan and modules and what lies below them."""
