"""Texts in YAML that are nested so deeply that to read them would end the process.

The reader in C calls itself for each level, and has no limit of its own.
"""

import re
from typing import Final

import yaml

MOST: Final = 1_000  # levels, of which CloudFormation and a lock use some thirty
_BRACKET: Final = re.compile(r"[\[{]|[\]}]")
_IN_BLOCKS: Final = re.compile(rf"^ {{{MOST}}}|(?:[-?:]\s+){{{MOST}}}", re.MULTILINE)
_OPENING: Final = (yaml.SequenceStartEvent, yaml.MappingStartEvent)
_CLOSING: Final = (yaml.SequenceEndEvent, yaml.MappingEndEvent)


def is_too_deep(text: str) -> bool:
    """Tell whether a text in YAML has more than 1,000 levels.

    A text that is not YAML is not too deep: its reader says what is wrong.
    """
    return _may_be(text) and _is(text)


def _may_be(text: str) -> bool:
    """Look at the brackets alone, also those in strings: most texts need no more."""
    depth = 0
    for found in _BRACKET.finditer(text):
        depth += 1 if found[0] in "[{" else -1
        if depth > MOST:
            return True
    return _IN_BLOCKS.search(text) is not None


def _is(text: str) -> bool:
    depth = 0
    try:
        for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            depth += isinstance(event, _OPENING) - isinstance(event, _CLOSING)
            if depth > MOST:
                return True
    except yaml.YAMLError:
        return False
    return False
