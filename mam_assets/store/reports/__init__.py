"""Questions over several tables, for reports and the command line: read only."""
