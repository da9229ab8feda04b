"""The words of headers and cells that recorders of many makers and languages write, in lower case."""

from __future__ import annotations


def _words(*lines: str) -> frozenset[str]:
    return frozenset(word for line in lines for word in line.split())


TIME_WORDS = _words(
    "time t ts zeit timestamp time_stamp zeitstempel datetime date_time temps tiempo tempo tijd tid czas aika час",
    "время 时间 時間 時刻 時 日時 시간 시각 日期时间 x_axis x xaxis second seconds _time epoch",
    "elapsed elapsed_time clock uhrzeit",
    "relative_time x_value time_s time_axis t_stamp timestring laufzeit zeitpunkt seconds_elapsed unix unixtime utc",
    "local_time rel_time timestamps stamp time_abs time_rel sampletime rectime datum_zeit datum/zeit date/time",
    "millis micros",
)
FOREIGN_WORDS = frozenset(
    word
    for word in _words(
        "время дата ток напряжение температура давление сила скорость мощность час сек канал значение",
        "时间 日期 电流 电压 温度 压力 功率 速度 通道 采样 序号",
        "時間 日付 日時 時刻 電流 電圧 圧力 番号 測定 測定間隔 モデル名 ベンダ チャンネル",
        "시간 시각 날짜 전류 전압 온도 압력 채널",
        "größe länge kanäle höhe prüfung prüfer stärke wärme übersicht prąd napięcie siła ciśnienie température pièce",
        "año tensión presión número série numéro débit vitesse résistance °c µs",
    )
    if not word.isascii()
)
"""Words that tell in which encoding a text is in which they stand."""
DATE_WORDS = _words("date datum dato fecha data tag day 日付 日期")
PART_WORDS = {
    "year": ("year", "yyyy", "yr", "jahr", "année", "annee", "año", "anno", "年"),
    "month": ("month", "mon", "mm", "mo", "monat", "mois", "mes", "mese", "月"),
    "day": ("day", "dd", "dy", "tag", "jour", "dia", "día", "giorno", "日"),
    "hour": ("hour", "hours", "hh", "hr", "h", "stunde", "std", "heure", "hora", "ora", "時"),
    "minute": ("minute", "minutes", "min", "mi", "mn", "minuto", "分"),
    "second": ("second", "seconds", "sec", "secs", "ss", "s", "sekunde", "sek", "seconde", "segundo", "秒"),
}
"""What columns are called that hold one part of a moment."""
INDEX_WORDS = _words(
    "record rec index idx n no nr num number sample samples row id seq sequence count counter point points # rn line",
    "番号 序号 编号 번호 № nr.",
    "sample_no sample_number scan table level obs lfd_nr messwert_nr s_no unnamed:_0 reading item x",
) | {""}
TAG_WORDS = _words(
    "varname tag tagname tag_name name variable variablename signal channel _field _measurement point pointname",
    "tagpath sensor item series metric kanal messstelle signalname parameter field channel_name measurement tag_path",
    "displayname display_name nodeid node_id browsename _name itemname item_name itemid item_id tagid tag_id",
    "metric_name data_point datapoint signal_name variable_name messgröße merkmal",
)
VALUE_WORDS = _words("varvalue value _value wert val messwert reading valeur valor floatvalue vvalue data_value values")
COUNTED_WORDS = _words("channel ch chan kanal phase sensor line axis input probe port coil joint motor tank")
"""Things that letters count: `channel_A` is no current."""

PROCESSING_WORDS = _words("smp avg max min std tot med rn ts val sample average double float real lreal int dint uint")
"""What stands below a header that is neither a name nor a unit."""

GAP_WORDS = _words(
    "nan -nan na n/a null none inf -inf +inf infinity -infinity ∞ -∞ ol -ol +ol overload over over-range ovrflw ovr",
    "--- -- ---- ----- - * ** *** ? bad no_data nodata err error #n/a #na #div/0! #value! #ref! #num! #null! 1.#inf",
    "-1.#inf 1.#qnan -1.#qnan 1.#ind -1.#ind +ovflw overflow undefined invalid missing burnout open underrange",
    "overrange +++++",
) | {"no data", "not a number", "bad input", "i/o timeout"}
"""What instruments write where there is no value."""

UNIT_BASES = _words("V A W Ω Hz Pa N m g J F H T C S B Nm VA VAr Wh Ah bar s K mol cd lm lx Ohm L l")
UNIT_PREFIXES = ("", "k", "M", "G", "m", "u", "µ", "μ", "n", "p", "c", "d", "h")
FURTHER_UNITS = _words(
    "% ‰ °C °F ° rpm min h d psi ppm ppb dB dBm inch in ft mil ips ipm a.u. slm sccm U/min 1/min pH deg rad",
    "count counts cnt bit digits V/V ADC",
)
NO_SUFFIXES = _words("g h d min C T F H S B K J N L l in % ° a.u. count counts cnt bit")
"""Units that are too short or too common to be taken for one behind an underscore."""

TIME_UNIT_WORDS = {
    "s": _words("s с сек 秒 초 sec secs second seconds sekunde sekunden seconde secondes segundos sek"),  # noqa: RUF001 - Russian
    "ms": _words("ms мс 毫秒 ミリ秒 msec msecs millisecond milliseconds millisekunden milli millis"),
    "us": _words("us µs μs мкс 微秒 usec microsecond microseconds mikrosekunden micros"),
    "ns": _words("ns nsec nanosecond nanoseconds nanosekunden"),
    "min": _words("min мин 分 mins minute minutes minuten"),
    "h": _words("h ч hr hrs hour hours stunden"),
    "d": _words("d day days tage"),
}
LONG_UNITS = {
    "V": ("volt", "volts", "в"),
    "kV": ("кв",),
    "mV": ("millivolt", "millivolts"),
    "mA": ("ма",),
    "A": ("amp", "amps", "ampere", "amperes", "а"),  # noqa: RUF001 - Russian
    "W": ("watt", "watts", "вт"),
    "kW": ("квт",),
    "Ω": ("ohm", "ohms", "ом"),
    "Hz": ("hertz", "гц"),
    "mm": ("мм",),
    "m/s": ("м/с",),  # noqa: RUF001 - Russian
    "°C": ("celsius", "℃", "градус", "degc", "deg c", "deg_c", "grad c"),
    "°F": ("degf", "deg f", "fahrenheit"),
    "K": ("kelvin",),
    "%": ("percent",),
    "N": ("newton", "н"),
    "Pa": ("pascal", "па"),
    "°": ("deg", "degree", "degrees"),
}
