"""Whether what the law rests on is still what somebody read: articles to read again, and newer texts that differ."""
