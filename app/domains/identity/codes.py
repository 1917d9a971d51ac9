"""Codes that people read from a screen, a message or a paper and type: how they are made, and
how what was typed is read."""

import secrets
import unicodedata

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without the letters that look like another one or like a digit; 5 bits a character."""
_LOOKALIKES = str.maketrans("OIL", "011")


def new_code(chars: int) -> str:
    """A random code of so many characters."""
    return "".join(secrets.choice(_CROCKFORD) for _ in range(chars))


def grouped(code: str, size: int) -> str:
    """The code as it is shown, with a dash after every `size` characters."""
    return "-".join(code[start : start + size] for start in range(0, len(code), size))


def typed_code(text: str) -> str:
    """The code somebody meant: no separators, whatever dash or space they are, capitals, the
    digits of any script, and 0 and 1 where a letter looks like them."""
    plain = unicodedata.normalize("NFKC", text).upper()
    return "".join(map(_digit, filter(str.isalnum, plain))).translate(_LOOKALIKES)


def _digit(char: str) -> str:
    return str(unicodedata.decimal(char, char))
