"""What banks say: settlement files, received, read and kept."""
