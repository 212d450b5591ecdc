"""What people wait for, measured: `make bench`."""
