"""An exception becomes work: a case on the desk of the ward that can reach the person."""
