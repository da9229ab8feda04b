"""The label categories of a job, in the order in which workers see them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tracemark.document import Node, read_json, unique_keys
from tracemark.errors import InvalidDocument, quoted

MAX_CATEGORIES = 1_000
MAX_CATEGORY_CHARACTERS = 200
MAX_CATEGORY_FILE_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Categories:
    """Distinct category names, in order."""

    names: tuple[str, ...]

    @classmethod
    def parse(cls, names: Node) -> Categories:
        """Read a JSON list of names.

        Raises:
            InvalidDocument: an empty list, a name twice, too many or too long names.
        """
        found = names.texts()
        if not 1 <= len(found) <= MAX_CATEGORIES:
            names.refuse(f"1 to {MAX_CATEGORIES:,} category names")
        for name in found:
            if len(name) > MAX_CATEGORY_CHARACTERS:
                names.refuse(f"names of at most {MAX_CATEGORY_CHARACTERS} characters")
        return cls._distinct(found, names.source)

    @classmethod
    def parse_file(cls, data: bytes, source: str) -> Categories:
        """Read a Ground Truth label category file: `{"labels": [{"label": "Good Weld"}, …]}`.

        Raises:
            InvalidDocument: as for `parse`.
        """
        labels = read_json(data, source, pairs=unique_keys)["labels"]
        names = [entry["label"].text() for entry in labels.items()]
        return cls.parse(Node(names, source, "labels"))

    @classmethod
    def _distinct(cls, names: Iterable[str], source: str) -> Categories:
        seen: dict[str, None] = {}
        for name in names:
            if name in seen:
                raise InvalidDocument(
                    f"category {quoted(name)} is listed twice", place=source, remedy="remove one of the two"
                )
            seen[name] = None
        return cls(tuple(seen))

    def __contains__(self, name: object) -> bool:
        return name in self.names


WELDING_CATEGORIES = Categories(
    (
        "Good Weld",
        "Burn Through",
        "Contamination",
        "Lack of Fusion",
        "Lack of Shielding Gas",
        "High Travel Speed",
        "Not sure",
    )
)
"""The welding job's seven, used where a job names none of its own."""
