"""Which files belong to one item: by folder, by stem, by an id in their names; what is not certain is left."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tracemark.errors import one_line
from tracemark_cli.setup.files import FoundFile, Kind, LeftFile, in_order, same_spelling
from tracemark_cli.setup.identity import by_common_id


class Rule(StrEnum):
    """How files are told to belong together."""

    FOLDER = "folder"
    STEM = "stem"
    ID = "id"
    SINGLE = "single"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class Item:
    """The files of one thing to label; `id` is a path of names, and no other item has it."""

    id: str
    files: tuple[FoundFile, ...]

    def of(self, kind: Kind) -> tuple[FoundFile, ...]:
        """Return the files of one kind, in order."""
        return tuple(file for file in self.files if file.kind is kind)


@dataclass(frozen=True, slots=True)
class Pairing:
    """Items in order of their ids, the files that are part of none, and the rule that was followed."""

    rule: Rule
    items: tuple[Item, ...]
    left: tuple[LeftFile, ...] = ()


Groups = Mapping[str, Sequence[FoundFile]]
_Key = Callable[[FoundFile], str]


def pair(files: Sequence[FoundFile], rule: Rule | None = None) -> Pairing:
    """Put files together to items.

    Without `rule` the one is taken that makes whole items of most files: folders that hold an item each, then equal
    stems, then an id that stands in the names of both. Where there is one kind of file only, each is an item.
    """
    if rule is not None:
        return _RULES[rule](files)
    if len({file.kind for file in files}) < 2:
        return _single(files)
    found = [_RULES[each](files) for each in (Rule.FOLDER, Rule.STEM, Rule.ID)]
    return max(found, key=lambda pairing: sum(len(item.files) for item in pairing.items))


def _single(files: Iterable[FoundFile]) -> Pairing:
    groups: dict[str, list[FoundFile]] = defaultdict(list)
    for file in files:
        groups[_path_without_suffix(file)].append(file)
    items = [
        Item(str(file.path) if len(group) > 1 else key, (file,)) for key, group in groups.items() for file in group
    ]
    return Pairing(Rule.SINGLE, _sorted(items))


def _by_folder(files: Iterable[FoundFile]) -> Pairing:
    """Make an item of each folder that holds one log at most of a kind, and a photograph beside log, sound or film."""
    groups: dict[str, list[FoundFile]] = defaultdict(list)
    for file in files:
        groups[str(file.path.parent)].append(file)
    items, left = [], []
    for folder, group in groups.items():
        reason = _no_item(group) or ("it lies in no folder of its own" if folder == "." else "")
        if reason:
            left += _left(group, reason)
        else:
            items.append(Item(folder, tuple(group)))
    return Pairing(Rule.FOLDER, _sorted(items), tuple(left))


def _no_item(group: Sequence[FoundFile]) -> str:
    """Return why a folder is not one item; where stems pair up, it holds several."""
    logs = [file for file in group if file.kind is Kind.LOG]
    others = {file.kind for file in group} - {Kind.PHOTOGRAPH}
    if not others or len({file.kind for file in group}) < 2:
        return "its folder holds files of one kind only"
    if len(logs) > 1:
        return "its folder holds several logs"
    stems = [file.stem for file in group if file.kind is not Kind.PHOTOGRAPH]
    pairs = {file.stem for file in group if file.kind is Kind.PHOTOGRAPH} & set(stems)
    return "its folder holds several items" if len(set(stems)) > 1 and len(pairs) > 1 else ""


def _by_stem(files: Sequence[FoundFile]) -> Pairing:
    """Compare whole paths, paths without the folder that says the kind, and names: the first that pairs most."""
    found = [_grouped(files, key) for key in (_path_without_suffix, _path_without_kind_folder, lambda file: file.stem)]
    return max(found, key=lambda pairing: sum(len(item.files) for item in pairing.items))


def _grouped(files: Iterable[FoundFile], key: _Key) -> Pairing:
    groups: dict[str, list[FoundFile]] = defaultdict(list)
    for file in files:
        groups[key(file)].append(file)
    return _whole(Rule.STEM, groups)


def _whole(rule: Rule, groups: Groups) -> Pairing:
    items: list[Item] = []
    left: list[LeftFile] = []
    for key, group in groups.items():
        twice = _twice(group)
        if twice:
            left += _left(group, f"the same stem twice: {twice}; say which belong together with --items")
        elif len({file.kind for file in group}) < 2:
            left += _left(group, f"no file of another kind has its stem {one_line(key, 80)!r}")
        else:
            items.append(Item(key, tuple(group)))
    return Pairing(rule, _sorted(items), tuple(left))


def _twice(group: Sequence[FoundFile]) -> str:
    for kind in Kind:
        of_kind = [str(file.path) for file in group if file.kind is kind]
        if len(of_kind) > 1:
            return one_line(" and ".join(of_kind[:3]), 300)
    return ""


def _by_id(files: Sequence[FoundFile]) -> Pairing:
    logs = [file for file in files if file.kind is Kind.LOG] or [file for file in files if file.kind is Kind.AUDIO]
    anchors = set(logs)
    found = by_common_id(logs, [file for file in files if file not in anchors])
    placed = {file for group in found.groups.values() for file in group} | anchors | found.unclear.keys()
    items = [Item(_path_without_suffix(log), (log, *found.groups[log])) for log in logs if found.groups.get(log)]
    alone = [log for log in logs if not found.groups.get(log)]
    left = [
        *_left(alone, "no other file has an id of its name"),
        *(LeftFile(one_line(str(file.path)), reason) for file, reason in found.unclear.items()),
        *_left([file for file in files if file not in placed], "no log has an id of its name"),
    ]
    return Pairing(Rule.ID, _sorted(items), tuple(left))


def _path_without_suffix(file: FoundFile) -> str:
    parent = same_spelling(str(file.path.parent))
    return file.stem if parent == "." else f"{parent}/{file.stem}"


def _path_without_kind_folder(file: FoundFile) -> str:
    return "/".join([*(same_spelling(part) for part in file.path.parts[1:-1]), file.stem])


def _left(files: Iterable[FoundFile], reason: str) -> list[LeftFile]:
    return [LeftFile(one_line(str(file.path)), reason) for file in files]


def _sorted(items: Iterable[Item]) -> tuple[Item, ...]:
    return tuple(sorted(items, key=lambda item: in_order(item.id)))


_RULES: Mapping[Rule, Callable[[Sequence[FoundFile]], Pairing]] = {
    Rule.FOLDER: _by_folder,
    Rule.STEM: _by_stem,
    Rule.ID: _by_id,
    Rule.SINGLE: _single,
}
