"""Log layouts as instruments write them: each kind by several of its members."""

from __future__ import annotations

import re

import pytest
from support.log_reading import Row, profile_of, read, refusal, samples

ABC: list[Row] = [(0.0, 10.0), (1.0, 11.0), (2.0, 12.0)]
SEMICOLON = "delimiter: ';'\ndecimal: ','"


@pytest.mark.parametrize(
    ("log", "lines"),
    [
        ("Model,DSO\nFirmware,2.1\nTrigger,CH1\n\nt,A\n0,10\n1,11\n2,12\n", "skip: header"),
        ("Model,DSO\nFirmware,2.1\nt,A\n0,10\n1,11\n2,12\n", "skip: 2"),
        ("# Model\n# 2.1, x\nt,A\n0,10\n# a remark\n1,11\n2,12\n", "comment: '#'"),
        ("// x\n% y\nt,A\n0,10\n1,11\n2,12\n", "comment: ['//', '%']"),
        (
            "LabVIEW\t\nSeparator\tTab\n***End_of_Header***\t\nt\tA\tComment\n0\t10,0\n1\t11,0\n2\t12\tok\n",
            'delimiter: "\\t"\ndecimal: ","\nskip: header',
        ),
        ('a "quoted\nline" here\nt,A\n0,10\n1,11\n2,12\n', "skip: header"),
        ("\r\n\r\nModel;DSO\r\n;;\r\nt;A\r\n0;10,0\r\n1;11,0\r\n2;12,0\r\n", f"{SEMICOLON}\nskip: header"),
    ],
    ids=["searched", "counted", "comments", "two marks", "LabVIEW", "a quotation mark", "blank rows"],
)
def test_a_preamble_is_passed_over(log: str, lines: str) -> None:
    assert samples(read(log, profile_of(lines))) == ABC


def test_rows_of_numbers_may_follow_a_preamble_without_header() -> None:
    profile = profile_of("header: false\nskip: 2", "{column: 0, unit: s}", "[{key: a, column: 1, title: A}]")

    assert samples(read("Model,DSO\nx,y\n0,10\n1,11\n2,12\n", profile)) == ABC


@pytest.mark.parametrize(
    ("log", "lines", "cause"),
    [
        ("Model,DSO\nt,A\n0,1\n1,2\n", "", "there is not exactly one column of name 't'.*`skip: header`"),
        ("Model,DSO\nt,B\n0,1\n1,2\n", "skip: header", "no row holds the named columns; expected a header with 'A, t'"),
        ("Model,DSO\n", "skip: 5", "the log is empty"),
    ],
)
def test_a_header_that_is_not_found_is_said(log: str, lines: str, cause: str) -> None:
    assert re.search(cause, refusal(log, profile_of(lines)))


@pytest.mark.parametrize("first", ["sep=;\n", "SEP=;\r\n", '"sep=;"\n', "sep=;;;\n", "\ufeffsep=;\n"])
def test_excel_s_line_that_names_the_separator_needs_no_key(first: str) -> None:
    assert samples(read(f"{first}t;A\n0;10,0\n1;11\n2;12\n", profile_of(SEMICOLON))) == ABC


@pytest.mark.parametrize(
    ("log", "lines"),
    [
        ("t,A\nsecond,Volt\n0,10\n1,11\n2,12\n", "rows_after_header: 1"),
        ("t,A\nTS,RN\n,Smp\n0,10\n1,11\n2,12\n", "rows_after_header: 2"),
        (
            '"TOA5","x","y"\n"t","A","n"\n"TS","V",""\n"","Smp",""\n0,10,1\n1,11,2\n2,12,3\n',
            "skip: 1\nrows_after_header: 2",
        ),
        ("t,A\ns,V\n\n0,10\n1,11\n2,12\n", "rows_after_header: 1"),
        ("t,A\n# u\ns,V\n0,10\n1,11\n2,12\n", "rows_after_header: 1\ncomment: '#'"),
        ("#group,f,f\n#datatype,x,y\n,t,A\n,0,10\n,1,11\n\n#group,f,f\n,t,A\n,2,12\n", "comment: '#'"),
    ],
    ids=["units", "units and statistics", "TOA5", "a blank line below", "a comment between", "InfluxDB"],
)
def test_rows_of_words_around_the_header_are_passed_over(log: str, lines: str) -> None:
    assert samples(read(log, profile_of(lines))) == ABC


def test_a_units_row_that_no_key_names_is_refused_with_its_line() -> None:
    assert "line 2: column 1 holds 'second'" in refusal("t,A\nsecond,Volt\n0,1\n1,2\n", profile_of())


@pytest.mark.parametrize(
    "log",
    [
        "t,A,Note\n0,10,\n1,11,\n2,12,\n,,\n,,\n",
        "t,A,Note\n0,10,\n,,\n1,11,\n , ,\t\n2,12,\n",
        "t,A\n0,10\n1,11\n2,12\n" + "\0" * 5_000,
        "t,A\n0,10\n1,11\n2,12\n,\n\0\0",
        "t,A\r\n0,10\r\n1,11\r\n2,12\r\n,\r\n,\r\n",
        "t,A\r0,10\r1,11\r2,12\r,\r",
        'x,t,A\n1,0,10\n1,1,11\n1,2,12\n"","",""\n',
    ],
    ids=["at the end", "between", "NULs", "both", "CR LF", "CR", "quoted"],
)
def test_rows_without_any_cell_are_blank_lines(log: str) -> None:
    assert samples(read(log, profile_of())) == ABC


@pytest.mark.parametrize(
    ("log", "lines"),
    [
        ("t,A\n0,10\n1,11\n2,12\nEnd of recording\n", "footer: 1"),
        ("t,A\n0,10\n1,11\n2,12\n\nsum,33\nmean,11\n\n\n", "footer: 2"),
        ("t,A\n0,10\n1,11\n2,12\nEnd of recording,3 rows\nx,y\n", "footer: End of recording"),
        ("t,A\n0,10\n1,11\n2,12\n$RT_COUNT$,3\n", "footer: ['$RT_COUNT$', '$RT_OFF$']"),
        ('t,A\n0,10\n1,11\n2,12\n"$RT_COUNT$",3\n9,9\n', "footer: $RT_COUNT$"),
        ("t,A\r\n0,10\r\n1,11\r\n2,12\r\nEnd\r\n", "footer: 1"),
    ],
)
def test_a_footer_is_passed_over(log: str, lines: str) -> None:
    assert samples(read(log, profile_of(lines))) == ABC


@pytest.mark.parametrize(
    "log",
    [
        "t,A\n0,10\n1,11\nt,A\n2,12\n",
        "t,A\n0,10\nt,A\n1,11\n t , A \n2,12\n",
        '"t","A"\n0,10\n"t","A"\n1,11\n2,12\n',
        "t,A\nt,A\n0,10\n1,11\n2,12\nt,A\n",
    ],
)
def test_a_header_that_comes_again_is_no_row_and_is_noted(log: str) -> None:
    trace = read(log, profile_of())

    assert samples(trace) == ABC
    assert "repeated header" in trace.notes[0]


def test_the_whole_head_may_come_again() -> None:
    head = '"TOA5","x"\n"t","A"\n"TS","V"\n'

    assert samples(read(f"{head}0,10\n1,11\n{head}2,12\n", profile_of("skip: 1\nrows_after_header: 1"))) == ABC


def test_runs_told_apart_by_their_headers_are_refused_when_time_begins_again() -> None:
    assert "line 5: time steps back from '1 s' to '0 s'" in refusal("t,A\n0,10\n1,11\nt,A\n0,12\n1,13\n", profile_of())


LONG = "Tag;t;Value\nCur;0;10,0\nGas;0;1\nCur;1;11,0\nGas;1;2\nCur;2;12,0\n$RT$;3;;\n"


@pytest.mark.parametrize(
    ("log", "where"),
    [
        (LONG, "{Tag: Cur}"),
        (LONG.replace("\n", "\r\n").replace("Cur", '"Cur"'), "{Tag: Cur}"),
        (LONG.replace("Cur", " Cur "), "{Tag: Cur}"),
        (LONG.replace("Cur", "17").replace("Gas", "18"), "{Tag: 17}"),
        (LONG.replace("Gas;0;1", "Gas;0;OPEN"), "{Tag: [Cur]}"),
        ("q;" + LONG.replace("\n", "\n1;").removesuffix("1;").replace("1;Gas;1", "0;Cur;1"), "{Tag: Cur, q: 1}"),
    ],
    ids=["one tag", "quoted", "padded", "numbers", "words of other tags", "two columns"],
)
def test_rows_of_one_tag_are_chosen(log: str, where: str) -> None:
    profile = profile_of(f"{SEMICOLON}\nwhere: {where}", channels="[{key: a, column: Value, title: A}]")

    assert samples(read(log, profile)) == ABC


def test_a_long_log_becomes_channels_each_with_its_own_time() -> None:
    channels = (
        "[{key: a, column: Value, title: A, where: {Tag: Cur}}, {key: b, column: Value, title: B, where: {Tag: Gas}}]"
    )

    trace = read(LONG, profile_of(SEMICOLON, channels=channels))

    assert (samples(trace, 0), samples(trace, 1)) == (ABC, [(0.0, 1.0), (1.0, 2.0)])


@pytest.mark.parametrize("column", ["Tag", "VarName", "Signal", "whatever"])
def test_several_tags_that_nobody_chose_are_refused(column: str) -> None:
    message = refusal(
        LONG.replace("Tag", column).replace("$RT$;3;;\n", "Gas;2;3\n"),
        profile_of(SEMICOLON, channels="[{key: a, column: Value, title: A}]"),
    )

    assert f"column '{column}' holds several tags ('Cur, Gas')" in message
    assert f"`where: {{{column}: Cur}}`" in message


def test_a_column_of_states_is_no_column_of_tags() -> None:
    trace = read("t,A,State\n0,10,idle\n1,11,weld\n2,12,idle\n3,13,weld\n", profile_of())

    assert len(samples(trace)) == 4


def test_a_tag_that_is_not_there_is_named() -> None:
    profile = profile_of(f"{SEMICOLON}\nwhere: {{Tag: Volt}}", channels="[{key: a, column: Value, title: A}]")

    assert "the log has 0 rows of numbers where 'Tag = Volt'" in refusal(LONG, profile)


SENTINELS = ["OL", "---", "Bad", "No Data", "#DIV/0!", "no data", " OL ", "9.9E37", "9.90e+37", "-9999", "-9999.0"]
WORDS = ["1.#INF", "-1.#INF", "1.#QNAN", "-1.#IND", "1.#IND00".removesuffix("00"), "#N/A", "∞", "<NA>"]


@pytest.mark.parametrize("cell", SENTINELS)
def test_words_and_numbers_that_the_profile_names_are_gaps(cell: str) -> None:
    lines = "gaps: [OL, '---', Bad, No Data, '#DIV/0!', 9.9E37, -9999]"

    trace = read(f"t,A\n0,10\n1,{cell}\n2,12\n", profile_of(lines))

    assert samples(trace) == [(0.0, 10.0), (1.0, None), (2.0, 12.0)]
    assert trace.notes == ("A: 1 of 3 values missing, shown as gaps.",)


@pytest.mark.parametrize("cell", WORDS)
def test_what_runtimes_write_for_no_number_needs_no_key(cell: str) -> None:
    assert samples(read(f"t,A\n0,10\n1,{cell}\n2,12\n", profile_of())) == [(0.0, 10.0), (1.0, None), (2.0, 12.0)]


@pytest.mark.parametrize("cell", ["OL", "---", "Bad", "#DIV/0!"])
def test_a_word_that_no_key_names_is_refused_with_the_keys_that_would(cell: str) -> None:
    message = refusal(f"t,A\n0,10\n1,{cell}\n2,12\n", profile_of())

    assert f"line 3: column 2 holds '{cell}'" in message
    assert "`gaps`" in message


def test_a_sentinel_is_meant_as_it_is_written_and_not_as_it_is_scaled() -> None:
    profile = profile_of("gaps: [-1]", channels="[{key: a, column: A, title: A, scale: 2}]")

    assert samples(read("t,A\n0,-1\n1,5\n2,-0.5\n", profile)) == [(0.0, None), (1.0, 10.0), (2.0, -1.0)]


@pytest.mark.parametrize(
    ("on", "off", "lines"),
    [
        ("ON", "OFF", "ones: [ON]\nzeros: [OFF]"),
        ("TRUE", "FALSE", "ones: true\nzeros: false"),
        ("Open", "closed", "ones: [open]\nzeros: [Closed]"),
        ("ein", "aus", "ones: ein\nzeros: aus"),
        ("high", "0", "ones: [high]"),
    ],
)
def test_words_stand_for_one_and_zero(on: str, off: str, lines: str) -> None:
    trace = read(f"t,A\n0,{off}\n1,{on}\n2,{off}\n", profile_of(lines))

    assert samples(trace) == [(0.0, 0.0), (1.0, 1.0), (2.0, 0.0)]


@pytest.mark.parametrize(
    ("cells", "lines", "numbers"),
    [
        (("1.234,5", "1.240,5", "999,5"), f"{SEMICOLON}\nthousands: '.'", [1234.5, 1240.5, 999.5]),
        (("1,234.5", "1,234,567", "-12"), "delimiter: ';'\nthousands: ','", [1234.5, 1234567.0, -12.0]),
        (("1 234,5", "12\u00a0345", "1\u202f000"), f"{SEMICOLON}\nthousands: ' '", [1234.5, 12345.0, 1000.0]),
        (("1'234.5", "2'000", "3"), "delimiter: ';'\nthousands: \"'\"", [1234.5, 2000.0, 3.0]),
        (("1_000", "1_000_000", "1"), "delimiter: ';'\nthousands: '_'", [1000.0, 1e6, 1.0]),
        (("1.000", "2.000e3", "-3.000"), f"{SEMICOLON}\nthousands: '.'", [1000.0, 2e6, -3000.0]),
    ],
)
def test_marks_between_thousands_are_read(cells: tuple[str, ...], lines: str, numbers: list[float]) -> None:
    log = "t;A\n" + "".join(f"{row};{cell}\n" for row, cell in enumerate(cells))

    assert [value for _, value in samples(read(log, profile_of(lines)))] == numbers


@pytest.mark.parametrize("cell", ["1.23,5", "12.3456", "1.234.56", "1234.567", ".123", "1,5,5", "1.234 567"])
def test_a_number_whose_thousands_are_not_three_digits_is_refused(cell: str) -> None:
    message = refusal(f"t;A\n0;1\n1;{cell}\n", profile_of(f"{SEMICOLON}\nthousands: '.'"))

    assert "line 3: column 2 holds" in message


@pytest.mark.parametrize(
    ("cell", "lines"), [("1.234,5", SEMICOLON), ("1,234.5", "delimiter: ';'"), ("1,234", "delimiter: ';'")]
)
def test_thousands_that_the_profile_does_not_name_are_refused(cell: str, lines: str) -> None:
    assert "`thousands`" in refusal(f"t;A\n0;1\n1;{cell}\n", profile_of(lines))


def test_quoted_decimal_commas_stand_between_commas() -> None:
    log = 't,A\n"0,0","10,0"\n"1,0","11,0"\n"2,0","12,0"\n'

    assert samples(read(log, profile_of("decimal: ','"))) == ABC


def test_a_decimal_comma_without_quotes_between_commas_is_a_ragged_row() -> None:
    assert "line 2: the row has 4 cells; expected 2" in refusal("t,A\n0,0,10,5\n1,0,11,5\n", profile_of("decimal: ','"))


def test_quoted_thousands_stand_between_commas() -> None:
    log = 't,A\n0,"1,010"\n1,"1,011"\n2,12\n'

    assert samples(read(log, profile_of("thousands: ','"))) == [(0.0, 1010.0), (1.0, 1011.0), (2.0, 12.0)]


@pytest.mark.parametrize(
    "log",
    [
        "  t    A   B\n0.0   10   20\n1.0   11   21\n2.0   12   22\n",
        "t A B\n0 10 20\n1\t 11 20\n 2 12\t\t20  \n",
        't  "A"   "C D"\n0   10   "x y"\n1   11   "z"\n2  12  w\n',
        "t   A  B\r\n0   10  1\r\n1  11   2\r\n\r\n2 12 3\r\n",
        "x   y\n\nt   A  B\n 0   10  1\n 1  11   2\n 2 12 3\n",
    ],
    ids=["padded", "mixed", "quoted", "CR LF", "preamble"],
)
def test_columns_aligned_by_spaces_are_read(log: str) -> None:
    assert samples(read(log, profile_of("delimiter: whitespace\nskip: header"))) == ABC


def test_columns_aligned_by_spaces_under_one_space_are_refused_and_never_shifted() -> None:
    profile = profile_of(
        "delimiter: ' '\nheader: false\nragged_rows: gap", "{column: 0, unit: s}", "[{key: a, column: 3, title: A}]"
    )

    assert "`delimiter: whitespace`" in refusal("0.0   95   20\n0.1  101   21\n0.2   99   20\n", profile)


TWO_CLOCKS = (
    "[{key: a, column: A, title: A, time: {column: tA, unit: ms}},"
    " {key: b, column: B, title: B, time: {column: tB, unit: ms}}]"
)


@pytest.mark.parametrize(
    ("log", "a", "b"),
    [
        ("tA;A;tB;B\n0;1;0;5\n1;2;10;6\n2;3;20;7\n", [(0, 1), (1, 2), (2, 3)], [(0, 5), (10, 6), (20, 7)]),
        ("tA;A;tB;B\n0;1;0;5\n1;2;10;6\n2;3;;\n3;4;;\n", [(0, 1), (1, 2), (2, 3), (3, 4)], [(0, 5), (10, 6)]),
        ("tA;A;tB;B\n;;0;5\n0;1;1;6\n1;2;;\n", [(0, 1), (1, 2)], [(0, 5), (1, 6)]),
        ("tA;A;tB;B\n0;1;0;5\n1;;1;6\n2;3;2;7\n", [(0, 1), (1, None), (2, 3)], [(0, 5), (1, 6), (2, 7)]),
    ],
    ids=["two rates", "two lengths", "two begins", "a gap"],
)
def test_a_time_column_for_each_channel_is_read(log: str, a: list[Row], b: list[Row]) -> None:
    trace = read(log, profile_of(SEMICOLON, "{column: tA, unit: ms}", TWO_CLOCKS))

    assert (samples(trace, 0), samples(trace, 1)) == (a, b)


def test_a_value_without_its_time_is_refused() -> None:
    message = refusal(
        "tA;A;tB;B\n0;1;0;5\n1;2;;6\n2;3;2;7\n",
        profile_of(SEMICOLON, channels=TWO_CLOCKS).replace("column: t,", "column: tA,"),
    )

    assert "line 3: the row '1;2;;6' has no usable time" in message


def test_times_of_different_units_share_one_axis() -> None:
    channels = TWO_CLOCKS.replace("{column: tB, unit: ms}", "{column: tB, unit: s}")

    trace = read("tA;A;tB;B\n0;1;0;5\n500;2;1;6\n", profile_of(SEMICOLON, "{column: tA, unit: ms}", channels))

    assert (trace.time_title, samples(trace, 1), trace.span) == (
        "Time (ms)",
        [(0.0, 5.0), (1000.0, 6.0)],
        (0.0, 1000.0),
    )


@pytest.mark.parametrize(
    ("time", "times"),
    [
        ("{rate: 1000}", [0.0, 0.001, 0.002]),
        ("{interval: 0.5, unit: ms}", [0.0, 0.5, 1.0]),
        ("{rate: 4, start: -1}", [-1.0, -0.75, -0.5]),
        ("{rate: 44100, unit: us}", [0.0, 22.675736961, 45.351473923]),
        ("{interval: 2, unit: min}", [0.0, 2.0, 4.0]),
    ],
)
@pytest.mark.parametrize("log", ["A\n10\n11\n12\n", "A,B\n10,1\n11,2\n12,3\n", "A\n\n10\n11\n12"])
def test_without_a_column_of_time_a_sample_rate_gives_it(time: str, times: list[float], log: str) -> None:
    found = samples(read(log, profile_of(time=time)))

    assert [row[0] for row in found] == pytest.approx(times)
    assert [row[1] for row in found] == [10, 11, 12]


def test_a_blank_line_between_samples_without_time_is_refused_and_never_shifts_the_rest() -> None:
    assert "line 3: the line is blank" in refusal("A\n10\n\n12\n13\n", profile_of(time="{rate: 10}"))


def test_a_row_of_delimiters_is_a_missing_sample_where_only_the_rate_gives_time() -> None:
    found = samples(read("A,B\n10,1\n,\n12,3\n", profile_of(time="{rate: 1}")))

    assert found == [(0.0, 10.0), (1.0, None), (2.0, 12.0)]


@pytest.mark.parametrize("lines", ["footer: End of recording", "footer: 1", "comment: End of"])
def test_words_between_aligned_columns_may_be_a_footer(lines: str) -> None:
    log = "t  A\n0  10\n1  11\n2  12\nEnd  of recording\n"

    assert samples(read(log, profile_of(f"delimiter: whitespace\n{lines}"))) == ABC


def test_a_line_break_within_a_number_makes_no_two_numbers() -> None:
    log = 't;A;G\n0;10;x\n1;"1\n1";x\n2;12;x\n'

    assert "column 2 holds '1\\n1'" in refusal(log, profile_of("delimiter: ';'\nwhere: {G: x}"))
