"""What every room of Lingang Atlas shares: the base of its errors, atomic writes, where the data lies."""

__version__ = "0.1.0"
