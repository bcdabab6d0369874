"""Setting up an installation: offices, people with their posts and mandates, what opens their accounts, and platforms.

Every change is checked whole before it is written, and stands in the trail beside who made it.
"""
