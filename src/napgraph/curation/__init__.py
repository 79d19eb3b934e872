"""From a correction to a published change: submissions, their review, and the data repository."""
