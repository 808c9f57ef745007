"""Files that somebody else wrote."""

from whomay.files.reading import FileError, read_text

__all__ = ["FileError", "read_text"]
