"""From figures to rest: links to Redis, SQL tables and the repositories over them."""
