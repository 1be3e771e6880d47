"""How every client speaks HTTP."""
