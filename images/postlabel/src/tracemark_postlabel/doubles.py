"""Names that stand twice in one JSON object: which value was meant nobody can tell, so neither is taken."""

from __future__ import annotations

from tracemark.document import Json


class _Doubled:
    """Stands in place of the values of a name that an object holds twice."""


def marked_doubles(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    """Return an object of a JSON document; what stands under a name twice can be told by `has_doubled`."""
    found = dict(pairs)
    if len(found) < len(pairs):
        seen = set[str]()
        for name, _ in pairs:
            if name in seen:
                found[name] = _Doubled()
            seen.add(name)
    return found


def has_doubled(value: Json) -> bool:
    """Tell whether a value holds, at any depth, a name that stood twice."""
    level = [value]
    while level:
        if any(isinstance(each, _Doubled) for each in level):
            return True
        inner = [each.values() if isinstance(each, dict) else each for each in level if isinstance(each, dict | list)]
        level = [child for each in inner for child in each]
    return False
