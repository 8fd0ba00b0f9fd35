"""Who may see and do what: roles, accounts, passwords, sessions."""
