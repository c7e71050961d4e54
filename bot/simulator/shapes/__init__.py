"""The JSON that GitHub shows, for the API and for webhooks alike."""
