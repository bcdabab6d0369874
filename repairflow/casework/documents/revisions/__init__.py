"""Letters after issue (更正、撤回、重新出具): each a new letter that cites the old one."""
