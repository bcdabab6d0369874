"""Letters (文书): composed in the transaction, pressed to PDF outside it, verifiable by anyone, never changed."""
