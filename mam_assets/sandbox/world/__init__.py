"""The world that all stand-ins serve: its books, its releases and its files."""
