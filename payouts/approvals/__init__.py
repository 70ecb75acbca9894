"""What takes a second person: who asked, who may decide, in whose stead, and what they said."""
