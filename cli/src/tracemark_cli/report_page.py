"""The report as one HTML page that needs no network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from importlib import resources

from plotly.offline import get_plotlyjs

from tracemark_cli.report_charts import agreement_matrix, chart, class_bars, reliability_diagram, worker_bars
from tracemark_groundtruth.finished.item import FinishedItem
from tracemark_groundtruth.finished.summary import Summary, WorkerRow

MAX_WORKERS = 200
_NONE = "-"


@dataclass(frozen=True, slots=True)
class HardCase:
    """A hard object and its photograph as a data URI, empty without one."""

    item: FinishedItem
    picture: str


def page(summary: Summary, cases: Sequence[HardCase]) -> str:
    """Return the page; everything that comes from data is escaped."""
    style = (resources.files(__package__) / "templates/report.css").read_text(encoding="utf-8")
    body = "\n".join(
        [
            f"<header><h1>{escape(summary.job)}</h1><p>{_headline(summary)}</p></header>",
            _tiles(summary),
            _section("Labels", chart("labels", class_bars(summary))),
            _section("Agreement of the workers", _agreement(summary)),
            _section("How far confidence can be trusted", _reliability(summary)),
            _section("Workers", _workers(summary.workers)),
            _section("Hardest objects", _cases(cases)),
        ]
    )
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(summary.job)}: report</title>'
        f"<style>{style}</style><script>{get_plotlyjs()}</script></head><body><main>{body}</main></body></html>\n"
    )


def _section(title: str, content: str) -> str:
    return f"<section><h2>{title}</h2>{content}</section>"


def _headline(summary: Summary) -> str:
    open_ = summary.objects - summary.labeled
    rest = f"; {open_:,} have none" if open_ else ""
    return f"{summary.labeled:,} of {summary.objects:,} objects have a label{rest}."


def _tiles(summary: Summary) -> str:
    alpha = summary.krippendorff_alpha
    tiles = [
        ("labeled", _percent(summary.labeled / summary.objects if summary.objects else None), ""),
        ("answers", f"{summary.answers:,}", f"{len(summary.workers):,} workers"),
        ("mean confidence", _number(summary.mean_confidence), ""),
        ("Krippendorff's alpha", _number(alpha.value) if alpha else _NONE, _interval(summary)),
        ("right", _percent(summary.accuracy), f"of {summary.known:,} known labels" if summary.known else "none known"),
        ("ties / problems", f"{summary.ties:,} / {summary.problems:,}", ""),
    ]
    inner = "".join(f"<div><b>{value}</b><span>{name}</span><small>{note}</small></div>" for name, value, note in tiles)
    return f'<div class="tiles">{inner}</div>'


def _interval(summary: Summary) -> str:
    alpha = summary.krippendorff_alpha
    return f"95 %: {alpha.low:.2f} to {alpha.high:.2f}" if alpha else "nothing to compare"


def _agreement(summary: Summary) -> str:
    rows = "".join(
        f"<tr><td>{escape(one)}</td><td>{escape(other)}</td><td class=n>{count:,}</td></tr>"
        for one, other, count in summary.confused[:10]
    )
    table = f"<table><tr><th>class<th>also called<th class=n>objects</tr>{rows}</table>" if rows else ""
    alpha = summary.krippendorff_alpha
    text = (
        f"<p>Pairs of votes agree in {_percent(summary.percent_agreement)} of cases; Fleiss' kappa is "
        f"{_number(summary.fleiss_kappa)}, Krippendorff's alpha "
        f"{_number(alpha.value) if alpha else _NONE} ({_interval(summary)}).</p>"
    )
    if not rows:
        return f"{text}<p>No object was called by two names.</p>"
    return f'{text}<div class="pair">{chart("confusions", agreement_matrix(summary))}{table}</div>'


def _reliability(summary: Summary) -> str:
    if not summary.reliability:
        return "<p>No true or gold label is known. Give some with --truth or as gold items.</p>"
    text = (
        "Labels on the line are as often right as their confidence says; below it they are surer than they should be."
    )
    return f"<p>{text}</p>{chart('reliability', reliability_diagram(summary))}"


def _workers(rows: Sequence[WorkerRow]) -> str:
    if not rows:
        return "<p>The tree holds no worker responses.</p>"
    lines = "".join(
        f"<tr{' class=warn' if row.speeder else ''}><td>{escape(row.worker)}</td><td class=n>{row.answers:,}</td>"
        f"<td class=n>{_seconds(row.median_seconds)}</td><td class=n>{_percent(row.agreement)}</td>"
        f"<td class=n>{f'{_percent(row.gold)} of {row.gold_answers}' if row.gold_answers else _NONE}</td>"
        f"<td>{'speeder' if row.speeder else ''}</td></tr>"
        for row in rows[:MAX_WORKERS]
    )
    more = f"<p>{len(rows) - MAX_WORKERS:,} more workers in the JSON.</p>" if len(rows) > MAX_WORKERS else ""
    head = "<tr><th>worker<th class=n>answers<th class=n>median time<th class=n>with the label<th class=n>gold<th></tr>"
    return f"{chart('workers', worker_bars(rows))}<div class=scroll><table>{head}{lines}</table></div>{more}"


def _cases(cases: Sequence[HardCase]) -> str:
    if not cases:
        return "<p>No object is in doubt.</p>"
    return f'<div class="cases">{"".join(map(_card, cases))}</div>'


def _card(case: HardCase) -> str:
    item = case.item
    picture = f'<img src="{case.picture}" alt="">' if case.picture else "<div class=none>no picture</div>"
    votes = "".join(f"<li>{escape(label)} <b>{count}</b></li>" for label, count in item.votes.items())
    notes = "; ".join(filter(None, ["tie" if item.is_tied else "", item.problem]))
    comments = "".join(f"<q>{escape(comment)}</q>" for comment in item.comments[:3])
    return (
        f"<article>{picture}<h3>{escape(item.label or 'no label')} <small>{_number(item.confidence)}</small></h3>"
        f"<ul>{votes}</ul><p>{escape(notes)}</p>{comments}"
        f"<footer>{escape(item.line.id)} · {escape(item.source)}</footer>"
        "</article>"
    )


def _percent(share: float | None) -> str:
    return _NONE if share is None else f"{100 * share:.1f} %"


def _number(value: float | None) -> str:
    return _NONE if value is None else f"{value:.2f}"


def _seconds(value: float | None) -> str:
    return _NONE if value is None else f"{value:.1f} s"
