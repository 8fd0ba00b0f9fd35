"""From figures to people.

`front` is the one ASGI application (guard, stream, JSON doors, files, Dash), `web` runs it, `hub` pushes;
`parts` opens what pages and doors share, `readers` is what they read through, `caching.cached` keeps answers by scope.
"""
