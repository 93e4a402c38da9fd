"""What tests share: an account in memory driven in-process, factories, clocks."""
