"""Where files of the installation lie: folders of <home>, or a bucket of an S3-compatible storage. One port, two adapters."""
