"""listings: one file a table. Each takes the results and returns a list of table.Table. (`tables` is PyTables.)"""
