"""Reading: what pages and the API show, as frozen values, always through the actor's scope."""
