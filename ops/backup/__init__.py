"""What watches over the backups, on each server. Role `backup` puts it there."""
