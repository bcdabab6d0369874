"""Letters of a case or record (文书): issued, rendered, served, corrected, looked up."""
