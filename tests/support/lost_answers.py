"""Pages that lose an answer, and pages that only look so: the portal and the doctor say the same of each."""

from __future__ import annotations

from dataclasses import dataclass

HEAD = '<script src="https://assets.crowd.aws/crowd-html-elements.js"></script>'


def form(inner: str) -> str:
    return f"<crowd-form>{inner}</crowd-form>"


def classifier(attributes: str, categories: str = "['a', 'b']") -> str:
    target = "<classification-target>x</classification-target>"
    return f'<crowd-classifier {attributes} categories="{categories}">{target}</crowd-classifier>'


@dataclass(frozen=True)
class LosingPage:
    """A page and what is said of it; `is_certain` says that the doctor finds an error in it."""

    name: str
    page: str
    what: str
    remedy: str
    is_certain: bool = True


_VALUE = 'Give each a value of its own (without one it is "on"), and each question a name of its own.'
_NAME = 'Give it a name; one that begins with "_" says that nobody wants the answer.'
_MOVE = 'Move it into <crowd-form>; a name that begins with "_" says that nobody wants the answer.'
_RENAME = "Give each input a name of its own."
_YES_OR_NO = (
    "<crowd-radio-group><crowd-radio-button name='yes' value='yes'>y</crowd-radio-button>"
    "<crowd-radio-button name='no' value='no'>n</crowd-radio-button></crowd-radio-group>"
)
_NAMED = "<crowd-input name='n'></crowd-input>"


def _boxes(name: str, page: str, called: str = "d", value: str = "on") -> LosingPage:
    what = f'Several boxes or buttons of this page are called "{called}" and have the value "{value}":'
    return LosingPage(name, form(page), f"{what} the last hides the others.", _VALUE)


def _hidden(name: str, page: str) -> LosingPage:
    return LosingPage(
        name, form(page), 'Several inputs of this page are called "q": one answer hides the other.', _RENAME
    )


def _outside(name: str, page: str, place: str, *, is_certain: bool = True) -> LosingPage:
    what = f"The {place} stands outside the form: its answer is not saved."
    return LosingPage(name, page + form(_NAMED), what, _MOVE, is_certain)


def _nameless(name: str, page: str, place: str, *, is_certain: bool = True) -> LosingPage:
    return LosingPage(
        name, form(page + _NAMED), f"The {place} has no name: its answer is not saved.", _NAME, is_certain
    )


LOSING = (
    _boxes("boxes without value", "<crowd-checkbox name='d'>a</crowd-checkbox>" * 2),
    _boxes(
        "switches without value",
        "<crowd-toggle-button name='d'>a</crowd-toggle-button>" * 2,
    ),
    _boxes("native boxes without value", "<input type='checkbox' name='d'><input type='checkbox' name='d'>"),
    _boxes("native radio buttons without value", "<input type='radio' name='d'>a<input type='RADIO' name='d'>b"),
    _boxes(
        "radio buttons without value",
        "<crowd-radio-group name='d'><crowd-radio-button>a</crowd-radio-button><crowd-radio-button>b"
        "</crowd-radio-button></crowd-radio-group>",
    ),
    _boxes("groups whose buttons have the names", _YES_OR_NO + _YES_OR_NO.replace("no", "unsure"), "yes", "yes"),
    _hidden("two classifiers", classifier("name='q' header='1'") + classifier("name='q' header='2'", "['c']")),
    _hidden(
        "a box and a classifier", f"<crowd-checkbox name='q' value='label'></crowd-checkbox>{classifier('name=q')}"
    ),
    _hidden(
        "a box and a text", "<crowd-checkbox name='q' value='a'></crowd-checkbox><crowd-input name='q'></crowd-input>"
    ),
    _hidden("two texts", "<input name='q'><textarea name='q'></textarea>"),
    _hidden("a view and a text", "<photo-view name='q' tools='box'></photo-view><input name='q'>"),
    _outside("a classifier", classifier("name='weld'"), '<crowd-classifier> "weld"'),
    _outside("an input", "<crowd-input name='co'></crowd-input>", '<crowd-input> "co"'),
    _outside("a native input", "<input name='o'>", '<input> "o"', is_certain=False),
    _outside(
        "an input of another form", "<form id='f'></form><input name='o' form='f'>", '<input> "o"', is_certain=False
    ),
    _nameless("a classifier", classifier("header='Which weld?'"), '<crowd-classifier> "Which weld?"'),
    _nameless(
        "radio buttons",
        "<crowd-radio-group><crowd-radio-button value='a'>a</crowd-radio-button></crowd-radio-group>",
        "<crowd-radio-button>",
    ),
    _nameless(
        "labels on a text",
        """<crowd-entity-annotation header='Mark' text='abc' labels="['x']"></crowd-entity-annotation>""",
        '<crowd-entity-annotation> "Mark"',
    ),
    _nameless("a native input", "<input placeholder='Serial number'>", '<input> "Serial number"', is_certain=False),
    _nameless("a text area", "<textarea id='why'></textarea>", '<textarea> "why"', is_certain=False),
    _nameless("a select", "<select><option>a</option></select>", "<select>", is_certain=False),
    _nameless(
        "a view to mark in",
        "<photo-view header='Pores' tools='box'></photo-view>",
        '<photo-view> "Pores"',
        is_certain=False,
    ),
    LosingPage(
        "two forms",
        form("<input name='a'>") + form("<input name='b'>"),
        "This page has 2 forms, and only the one that is submitted is saved: the answers of the others are lost.",
        "Put all inputs into one <crowd-form>.",
    ),
    LosingPage(
        "a file",
        form(f"<input type='file' name='f'>{_NAMED}"),
        'The <input> "f" takes a file, and files are not saved.',
        "Ask for a text, a choice or marks instead.",
        is_certain=False,
    ),
)

QUIET = {
    "boxes with values": form(
        "<crowd-checkbox name='d' value='a'>a</crowd-checkbox><crowd-checkbox name='d' value='b'>b</crowd-checkbox>"
        "<input type='checkbox' name='e' value='a'><input type='checkbox' name='e' value='b'>"
    ),
    "radio buttons with values": form(
        "<crowd-radio-group><crowd-radio-button name='r' value='a'>a</crowd-radio-button>"
        "<crowd-radio-button name='r' value='b'>b</crowd-radio-button></crowd-radio-group>"
        "<input type='radio' name='k' value='a'><input type='radio' name='k' value='b'>"
    ),
    "one group whose buttons have the names": form(_YES_OR_NO),
    "a box without value": form("<crowd-checkbox name='d'>a</crowd-checkbox><input type='checkbox' name='e'>"),
    "a box that says nothing of the classifier": form(
        f"<crowd-checkbox name='q' value='unsure'>x</crowd-checkbox>{classifier('name=q')}"
    ),
    "a hidden input for boxes that are not ticked": form(
        "<input type='hidden' name='d' value='no'><input type='checkbox' name='d' value='yes'>"
    ),
    "buttons and a search": form(f"{_NAMED}<button>b</button><input type='submit' name='n'><input type='search'>"),
    "answers that nobody wants": f"<input name='_zoom'>{form(f'{_NAMED}<input name=_a><input name=_a>')}",
    "an alternative that is switched off": form("<input name='a' disabled><input name='a'>"),
    "a part that is switched off": form(f"<fieldset disabled><input name='n'><input></fieldset>{_NAMED}"),
    "tools of a script outside the form": "<input type='radio' name='mode' value='pan'>"
    f"<input type='range' id='zoom'>{form(_NAMED)}"
    "<script>const tools = { zoom: document.getElementById('zoom'), mode: () => document.getElementsByName('mode') }"
    "</script>",
    "tools of a script inside the form": form(
        f"{_NAMED}<input type='range' oninput='this.title = this.value'><div id='bar'></div>"
    )
    + "<script>document.getElementById('bar').innerHTML = '<input type=range>'</script>",
    "a view to look into": form(f"{_NAMED}<photo-view></photo-view>"),
    "a template element": form(f"{_NAMED}<template><input name='n'><div><input></div></template>"),
    "a form within another that asks nothing": form(form(_NAMED)),
    "a lone element with its own form": """<crowd-entity-annotation name='e' text='abc' labels="['x']">
      <short-instructions>s</short-instructions></crowd-entity-annotation>""",
}
