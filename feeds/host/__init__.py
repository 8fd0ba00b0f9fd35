"""Process life: the embedded Redis servers, the supervisor, what is checked before a start."""
