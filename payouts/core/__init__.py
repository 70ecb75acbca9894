"""What every room stands on: settings, database, money, calendar, areas, errors, language."""
