"""The private code points that travel inside text, each with its one meaning.

They come from Unicode's private use area, U+E000 to U+F8FF. No name of AWS holds one, so a text
that holds one is still a plain `str`. This module names all of them, so that no two meanings share
a code point.
"""

import re
from typing import Final

# A symbol begins with one of the first two, holds a name or a reason, and ends with the third.
GENERATED: Final = "\ue000"
UNKNOWN: Final = "\ue001"
SYMBOL_END: Final = "\ue002"

# Holds the place of a symbol while something else happens to the text around it.
PLACEHOLDER: Final = "\ue003"

# A star and a question mark that are no wildcards: what `${*}` and `${?}` mean in a pattern.
LITERAL_STAR: Final = "\ue010"
LITERAL_QUESTION: Final = "\ue011"

# Any name of a bucket: like a star, but it covers none of the letters that end such a name.
BUCKET_NAME: Final = "\ue020"
ENDS_OF_BUCKET_NAME: Final = frozenset("/:")

# In a pattern of a kind of resource: one letter or one symbol, where `?` is a letter alone.
ANY_LETTER: Final = "\ue021"

_ESCAPED: Final = re.compile(r"\\u(e00[0-2])")


def unescape(text: str) -> str:
    r"""Return the text with the code points of symbols in place of what `repr` made of them.

    >>> unescape(repr(GENERATED + "Bucket" + SYMBOL_END)) == "'\ue000Bucket\ue002'"
    True
    """
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
