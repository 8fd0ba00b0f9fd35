"""Listening to posts and newspapers: topic, tone and place of a text, by word lists that people can read and edit."""
