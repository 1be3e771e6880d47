"""Ledgers: tables that are appended to or stepped forward, never rebuilt."""
