"""The database: engines, the model base, and the unit of work, which holds the only commit."""
