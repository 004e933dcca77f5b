"""Opens archives as folders: zip, tar and gzip are read where they lie, nothing in them is unpacked to disk."""
