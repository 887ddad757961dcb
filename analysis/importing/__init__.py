"""importing: a file each for what pruned models come in. Each gives dense or sparse weights; layers.py joins them."""
