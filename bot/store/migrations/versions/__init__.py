"""The changes, in order; a file that was released is never edited."""
