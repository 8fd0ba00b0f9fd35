"""The kinds of sources, one file each; a file exports `KIND`."""
