"""Logs as instruments write them, each with what is right about it: files of our own, after public descriptions.

`right` is the guessed profile in short: the time, and key, column and unit of each channel. A layout that does not tell
all of it has `asks` instead: a part of the question that must come, and the option that then makes it right.
A time of `unknown` unit needs no question; with its `answer` it has that unit.
"""

from __future__ import annotations

from dataclasses import dataclass

from tracemark.profile.sensor_profile import SensorProfile, TimeUnit
from tracemark.profile.time import ClockTime, DurationTime, ElapsedTime, SampleRate
from tracemark_plotting.guess.result import Known

NOTHING = Known()


@dataclass(frozen=True)
class Layout:
    name: str
    text: str
    time: str
    channels: str
    asks: str = ""
    answer: Known = NOTHING
    encoding: str = "utf-8"
    case: str = ""

    @property
    def data(self) -> bytes:
        return self.text.encode(self.encoding)


def time_of(profile: SensorProfile) -> str:
    clock = profile.time
    if isinstance(clock, ElapsedTime):
        return f"{clock.column} {clock.unit.value}"
    if isinstance(clock, SampleRate):
        return f"{clock.rate:g} Hz"
    if isinstance(clock, DurationTime):
        return f"{clock.column} duration"
    assert isinstance(clock, ClockTime)
    return f"{'+'.join(map(str, clock.columns))} {clock.format}"


def channels_of(profile: SensorProfile) -> str:
    return " ".join(f"{channel.key}[{channel.unit}]" for channel in profile.channels)


MS = Known(time_unit=TimeUnit.MILLISECONDS)
SECONDS = Known(time_unit=TimeUnit.SECONDS)

CASES = (
    Layout(
        "midnight",
        ("Zeit,Current\n23:59:58.0,10\n23:59:59.0,11\n00:00:00.0,12\n00:00:01.0,13\n"),
        "Zeit %H:%M:%S.%f",
        "current[]",
        case="01",
    ),
    Layout(
        "two runs",
        "ts,Current\n" + "".join(f"{i / 10},{i}\n" for i in [*range(9), *range(9)]),
        "ts s",
        "current[]",
        "time steps back",
        case="03",
    ),
    Layout(
        "two tags",
        (
            '"VarName";"TimeString";"VarValue";"Validity";"Time_ms"\n'
            '"Strom";"01.04.2023 11:02:52";166,50;1;1\n'
            '"Gas";"01.04.2023 11:02:52";12,50;1;1\n'
            '"Strom";"01.04.2023 11:02:53";167,50;1;1\n'
            '"Gas";"01.04.2023 11:02:53";12,60;1;1\n'
        ),
        "TimeString %d.%m.%Y %H:%M:%S",
        "strom[] gas[]",
        case="05",
    ),
    Layout(
        "WinCC footer",
        (
            '"VarName";"TimeString";"VarValue";"Validity";"Time_ms"\n'
            '"Strom";"01.04.2023 11:02:52";66,50;1;45017460324,07\n'
            '"Strom";"01.04.2023 11:02:53";67,50;1;45017460335,65\n'
            '"$RT_OFF$";"01.04.2023 11:02:54";0;2;45017460347,22\n'
            '"$RT_COUNT$";3;;;;\n'
        ),
        "TimeString %d.%m.%Y %H:%M:%S",
        "strom[]",
        case="07",
    ),
    Layout(
        "time a channel",
        "tA;A;tB;B\n" + "".join(f"{i};{10 + i % 3},5;{10 * i};{1500 + i}\n" for i in range(30)),
        "tA unknown",
        "a[] b[]",
        answer=MS,
        case="08",
    ),
    Layout(
        "epoch in us",
        ("ts,Current\n1700000000000000,10\n1700000000000100,11\n1700000000000200,12\n"),
        "ts us",
        "current[]",
        case="09",
    ),
    Layout(
        "plain",
        ("Time,Current\n0,10\n1,11\n2,12\n"),
        "Time unknown",
        "current[]",
        answer=SECONDS,
        case="11",
    ),
    Layout(
        "overload",
        ("Time,Current\n0,10\n1,9.9E37\n2,12\n"),
        "Time unknown",
        "current[]",
        answer=SECONDS,
        case="12",
    ),
    Layout(
        "preamble",
        (
            "Model,DSO-1000\n"
            "Firmware,2.1\n"
            "Record points,4\n"
            "Sample interval,1.0E-03\n"
            "Trigger,CH1\n"
            "\n"
            "Time,Current\n"
            "0,10\n"
            "0.001,11\n"
            "0.002,12\n"
            "0.003,11.5\n"
        ),
        "Time s",
        "current[]",
        case="13",
    ),
    Layout(
        "sep line",
        ("sep=;\nTime;Current\n0;10,5\n1;11,5\n2;12\n"),
        "Time unknown",
        "current[]",
        answer=SECONDS,
        case="15",
    ),
    Layout(
        "units row",
        (
            "x-axis,1,2\n"
            "second,Volt,Volt\n"
            "-1.000E-03,+0.0E+00,-4.0E-03\n"
            "-0.995E-03,+8.0E-02,1.2E-03\n"
            "-0.990E-03,8.1E-02,1.3E-03\n"
        ),
        "x-axis s",
        "channel_1[V] channel_2[V]",
        case="16",
    ),
    Layout(
        "TOA5",
        (
            '"TOA5","station","CR1000","1234"\n'
            '"TIMESTAMP","RECORD","Current"\n'
            '"TS","RN","Amps"\n'
            '"","","Smp"\n'
            '"2020-05-01 00:00:00",1,10.5\n'
            '"2020-05-01 00:00:00.1",2,10.6\n'
            '"2020-05-01 00:00:00.2",3,"NAN"\n'
        ),
        "TIMESTAMP iso",
        "current[A]",
        case="17",
    ),
    Layout(
        "Influx",
        (
            "#datatype,string,long,dateTime:RFC3339,double\n"
            "#group,false,false,false,false\n"
            "#default,_result,,,\n"
            ",result,table,_time,_value\n"
            ",,0,2023-05-03T10:00:00Z,10\n"
            ",,0,2023-05-03T10:00:01Z,11\n"
        ),
        "_time iso",
        "value[]",
        case="20",
    ),
    Layout(
        "empty rows",
        ("Time,Current,Note\n0,10,\n1,11,\n2,12,\n,,\n,,\n"),
        "Time unknown",
        "current[]",
        answer=SECONDS,
        case="22",
    ),
    Layout(
        "repeated header",
        ("Time,Current\n0,10\n1,11\nTime,Current\n2,12\n3,13\n"),
        "Time unknown",
        "current[]",
        answer=SECONDS,
        case="24",
    ),
    Layout(
        "pandas",
        (
            "stamp,current\n"
            "2024-04-11 12:25:58.487929+00:00,101.5\n"
            "2024-04-11 12:25:59+00:00,102.5\n"
            "2024-04-11 12:25:59.512+00:00,103\n"
        ),
        "stamp iso",
        "current[]",
        case="25",
    ),
    Layout(
        "epoch in ns",
        ("ts,Current\n1700000000000000000,10\n1700000000000100000,11\n1700000000000200000,12\n"),
        "ts ns",
        "current[]",
        case="27",
    ),
    Layout(
        "serial days",
        ("t;Current\n45031,6250000;10\n45031,6250116;11\n45031,6250231;12\n"),
        "t d",
        "current[]",
        case="28",
    ),
    Layout(
        "beyond a day", ("t,Current\n23:59:59,10\n24:00:00,11\n24:00:01,12\n"), "t duration", "current[]", case="30"
    ),
    Layout(
        "no time", ("Current\n10\n11\n12\n13\n"), "100 Hz", "current[]", "how many samples", Known(rate=100), case="31"
    ),
    Layout(
        "thousands",
        ("Time;Current\n0;1.234,5\n1;1.240,5\n2;999,5\n"),
        "Time unknown",
        "current[]",
        answer=SECONDS,
        case="32",
    ),
    Layout(
        "words",
        ("Time,Current\n0,10\n1,OL\n2,12\n"),
        "Time unknown",
        "current[]",
        answer=SECONDS,
        case="34",
    ),
    Layout(
        "aligned",
        ("0.0   95   20\n0.1  101   21\n0.2   99   20\n0.3  102   22\n"),
        "0 unknown",
        "column_2[] column_3[]",
        answer=SECONDS,
        case="36",
    ),
)

OWN = (
    Layout(
        "Keysight InfiniiVision",
        (
            "x-axis,1,2\n"
            "second,Volt,Volt\n"
            "-5.00000E-03,+1.12E+00,-4.0E-03\n"
            "-4.99900E-03,+1.13E+00,-3.0E-03\n"
            "-4.99800E-03,+9.9E+37,-2.0E-03\n"
        ),
        "x-axis s",
        "channel_1[V] channel_2[V]",
    ),
    Layout(
        "Tektronix MSO",
        (
            "Model,MSO54\n"
            "Firmware Version,1.28.6\n"
            "\n"
            "Point Format,Y,\n"
            "Horizontal Units,s\n"
            "Horizontal Scale,4e-05\n"
            "Sample Interval,6.4e-09\n"
            "Record Length,3\n"
            "\n"
            "Labels,,\n"
            "TIME,CH1,CH2\n"
            "-2.0e-04,0.56,1.5\n"
            "-1.999936e-04,0.58,1.25\n"
            "-1.999872e-04,0.57,1.125\n"
        ),
        "TIME s",
        "ch1[] ch2[]",
    ),
    Layout(
        "Rigol DS1000Z",
        (
            "X,CH1,Start,Increment,\n"
            "Sequence,Volt,-6.000000e-03,1.000000e-05\n"
            "0,1.52e+00,,\n"
            "1,1.56e+00,,\n"
            "2,1.60e+00,,\n"
            "3,1.64e+00,,\n"
        ),
        "100000 Hz",
        "ch1[V]",
    ),
    Layout(
        "PicoScope",
        (
            "Time,Channel A,Channel B\n"
            "(ms),(V),(mV)\n"
            "\n"
            "-1.00000000,0.10376300,12.5\n"
            "-0.99900000,0.10681480,∞\n"
            "-0.99800000,0.10986660,13.25\n"
        ),
        "Time ms",
        "channel_a[V] channel_b[mV]",
    ),
    Layout(
        "LabVIEW lvm",
        (
            "LabVIEW Measurement\t\n"
            "Writer_Version\t2\n"
            "Reader_Version\t2\n"
            "Separator\tTab\n"
            "Decimal_Separator\t,\n"
            "Multi_Headings\tNo\n"
            "X_Columns\tOne\n"
            "Time_Pref\tRelative\n"
            "***End_of_Header***\t\n"
            "\t\n"
            "Channels\t2\t\n"
            "Samples\t3\t3\t\n"
            "X_Dimension\tTime\tTime\t\n"
            "Delta_X\t0,001\t0,001\t\n"
            "***End_of_Header***\t\t\t\n"
            "X_Value\tVoltage\tCurrent\tComment\n"
            "0,000000\t1,500\t10,25\t\n"
            "0,001000\t1,625\t10,50\t\n"
            "0,002000\t1,750\t10,75\t\n"
        ),
        "X_Value s",
        "voltage[] current[]",
    ),
    Layout(
        "WinCC one tag",
        (
            '"VarName";"TimeString";"VarValue";"Validity";"Time_ms"\n'
            '"Druck";"17.08.2022 07:50:26";3,73;1;44790326690,97\n'
            '"Druck";"17.08.2022 07:50:27";3,81;1;44790326702,55\n'
            '"Druck";"17.08.2022 07:50:28";3,79;1;44790326714,12\n'
        ),
        "TimeString %d.%m.%Y %H:%M:%S",
        "druck[]",
    ),
    Layout(
        "Ignition",
        (
            "t_stamp,Line1/Current (A),Line1/Voltage (V)\n"
            '"2022-08-17 07:50:26.100",101.5,20.25\n'
            '"2022-08-17 07:50:26.200",102.5,20.5\n'
            '"2022-08-17 07:50:26.300",103.5,20.75\n'
        ),
        "t_stamp iso",
        "line1_current[A] line1_voltage[V]",
    ),
    Layout(
        "Influx long",
        (
            "#group,false,false,true,true,false,false,true\n"
            "#datatype,string,long,dateTime:RFC3339,dateTime:RFC3339,dateTime:RFC3339,double,string\n"
            "#default,mean,,,,,,\n"
            ",result,table,_start,_stop,_time,_value,_field\n"
            ",,0,2023-05-03T09:00:00Z,2023-05-03T11:00:00Z,2023-05-03T10:00:00Z,10.5,current\n"
            ",,0,2023-05-03T09:00:00Z,2023-05-03T11:00:00Z,2023-05-03T10:00:01Z,11.5,current\n"
            ",,1,2023-05-03T09:00:00Z,2023-05-03T11:00:00Z,2023-05-03T10:00:00Z,20.5,voltage\n"
            ",,1,2023-05-03T09:00:00Z,2023-05-03T11:00:00Z,2023-05-03T10:00:01Z,21.5,voltage\n"
        ),
        "_time iso",
        "current[] voltage[]",
    ),
    Layout(
        "Excel, German",
        ("Zeit [s];Strom [A];Gas [l/min]\n0,00;1.101,5;12,5\n0,10;1.102,25;12,25\n0,20;999,5;12,75\n;;\n"),
        "Zeit [s] s",
        "strom[A] gas[l/min]",
        encoding="cp1252",
    ),
    Layout(
        "Excel, UTF-16",
        ("Time (s)\tCurrent (A)\tΔT (°C)\n0\t101.5\t20.25\n0.1\t102.25\t20.5\n0.2\t99.5\t20.75\n"),
        "Time (s) s",
        "current[A] t[°C]",
        encoding="utf-16",
    ),
    Layout(
        "pandas with index",
        (",time,current_A,pos_mm\n0,0.0,101.5,1.25\n1,0.1,102.5,1.5\n2,0.2,103.5,1.75\n"),
        "time unknown",
        "current[A] pos[mm]",
        answer=SECONDS,
    ),
    Layout(
        "PLC counter",
        ("Time_ms;Current_A;Valve\n65000;101.5;ON\n65500;102.5;OFF\n464;103.5;ON\n964;104.5;ON\nEnd of recording\n"),
        "Time_ms ms",
        "current[A] valve[]",
    ),
    Layout(
        "HIOKI",
        (
            '"HIOKI 8847","V2.20"\n'
            '"Trigger Time","17-08-22 07:50:26.123"\n'
            '"Sampling","1ms"\n'
            '"Time","CH1[V]","CH2[A]"\n'
            "+0.000000000E+00,+1.500000E+00,+1.012500E+02\n"
            "+1.000000000E-03,+1.625000E+00,+1.025000E+02\n"
            "+2.000000000E-03,+1.750000E+00,+1.037500E+02\n"
        ),
        "Time s",
        "ch1[V] ch2[A]",
    ),
    Layout(
        "Yokogawa",
        (
            "Header Size,5\n"
            "Model Name,DL850\n"
            "TraceName,CH1,CH2\n"
            "VUnit,V,A\n"
            "\n"
            "Date,Time,CH1,CH2\n"
            ",,V,A\n"
            "2022/08/17,07:50:26.100,1.5,101.25\n"
            "2022/08/17,07:50:26.200,1.625,102.5\n"
            "2022/08/17,07:50:26.300,1.75,103.75\n"
        ),
        "Date+Time %Y/%m/%d %H:%M:%S.%f",
        "ch1[V] ch2[A]",
    ),
    Layout(
        "Fluke logger",
        (
            "Instrument,Fluke 289\n"
            "Units,A DC\n"
            "\n"
            "No.,Time,Average (A),Max (A)\n"
            "1,07:50:26.1,101.5,102.5\n"
            "2,07:50:26.6,OL,OL\n"
            "3,07:50:27.1,99.5,103.5\n"
        ),
        "Time %H:%M:%S.%f",
        "average[A] max[A]",
    ),
    Layout(
        "welding source",
        (
            "# EWM Xnet export\n"
            "# Seam 0011\n"
            "t[ms];I[A];U[V];vD[m/min];P[kW]\n"
            "0;101,5;20,25;8,5;2,05\n"
            "10;102,5;20,50;8,5;2,10\n"
            "20;99,5;20,75;8,5;2,06\n"
        ),
        "t[ms] ms",
        "i[A] u[V] vd[m/min] p[kW]",
    ),
    Layout(
        "Fronius",
        (
            "Time;Welding current;Welding voltage;Wire speed\n"
            "s;A;V;m/min\n"
            "0.0;185.5;21.5;9.25\n"
            "0.1;186.5;21.6;9.25\n"
            "0.2;187.5;21.7;9.5\n"
        ),
        "Time s",
        "welding_current[A] welding_voltage[V] wire_speed[m/min]",
    ),
    Layout(
        "Saleae",
        ("Time [s],Channel 0,Channel 1\n0.000000000,1.25,0.5\n0.000000100,1.5,0.625\n0.000000200,1.75,0.75\n"),
        "Time [s] s",
        "channel_0[] channel_1[]",
    ),
    Layout(
        "US dates, 12 hours",
        (
            "Timestamp,Current (A)\n"
            "08/17/2023 11:59:59 AM,101.5\n"
            "08/17/2023 12:00:00 PM,102.5\n"
            "08/17/2023 12:00:01 PM,99.5\n"
        ),
        "Timestamp %m/%d/%Y %I:%M:%S %p",
        "current[A]",
    ),
    Layout(
        "TwinCAT Scope",
        (
            "Name\tScope Export\n"
            "File\tx.svdx\n"
            "\n"
            "Name\tAxis.Pos\tName\tAxis.Vel\n"
            "SampleTime[ms]\t1\tSampleTime[ms]\t2\n"
            "Unit\tmm\tUnit\tmm/s\n"
            "0\t10,5\t0\t1,25\n"
            "1\t10,6\t2\t1,5\n"
            "2\t10,7\t4\t1,75\n"
            "3\t10,8\t6\t2,0\n"
        ),
        "0 ms",
        "axis_pos[mm] axis_vel[mm/s]",
        "",
        Known(),
    ),
    Layout(
        "epoch in ms, JSON logger",
        ("epoch_ms,accel_x,accel_y\n1700000000000,0.125,9.8125\n1700000000010,0.25,9.75\n1700000000020,0.375,9.875\n"),
        "epoch_ms ms",
        "accel_x[] accel_y[]",
    ),
    Layout(
        "robot, aligned",
        ("# t q1 q2\n t      q1      q2\n 0.000  1.2500  0.5000\n 0.004  1.2510  0.5010\n 0.008  1.2520  0.5020\n"),
        "t unknown",
        "q1[] q2[]",
        answer=SECONDS,
    ),
    Layout(
        "LeCroy",
        (
            "LECROYWS3024,12345,Waveform\n"
            "Segments,1,SegmentSize,4\n"
            "Segment,TrigTime,TimeSinceSegment1\n"
            "#1,17-Aug-2022 07:50:26,0\n"
            "Time,Ampl\n"
            "-5e-07,0.0125\n"
            "-4.96e-07,0.0150\n"
            "-4.92e-07,0.0175\n"
            "-4.88e-07,0.0150\n"
        ),
        "Time s",
        "ampl[]",
    ),
    Layout(
        "Siglent",
        (
            "Record Length,Analog:4\n"
            "Sample Interval,Analog:2.00E-09\n"
            "Vertical Units,V\n"
            "Horizontal Units,s\n"
            "Model Number,SDS1104X-E\n"
            "Source,CH1\n"
            "Second,Volt\n"
            "-7.0E-06,0.04\n"
            "-6.998E-06,0.08\n"
            "-6.996E-06,0.06\n"
        ),
        "Source s",
        "ch1[V]",
    ),
    Layout(
        "Rohde & Schwarz",
        ("in s,CH1 in V,CH2 in V\n-1.0E-03,1.25E+00,2.5E-01\n-9.9E-04,1.5E+00,5.0E-01\n-9.8E-04,1.75E+00,7.5E-01\n"),
        "in s s",
        "ch1[V] ch2[V]",
    ),
    Layout(
        "Graphtec",
        (
            "Vendor,GRAPHTEC Corporation\n"
            "Model,GL840\n"
            "Sampling interval,100ms\n"
            "Total data points,3\n"
            "Data\n"
            "Number,Date&Time,ms,CH1,CH2\n"
            "NO.,Time,ms,V,degC\n"
            "1,2022/08/17 07:50:26,0,+1.50,+22.5\n"
            "2,2022/08/17 07:50:26,100,+1.75,+22.6\n"
            "3,2022/08/17 07:50:26,200,+1.25,+22.8\n"
        ),
        "Date&Time+ms %Y/%m/%d %H:%M:%S",
        "ch1[V] ch2[°C]",
    ),
    Layout(
        "phyphox",
        (
            '"Time (s)","Acceleration x (m/s^2)"\n'
            "0.000000000E0,1.250000000E0\n"
            "5.000000000E-3,1.500000000E0\n"
            "1.000000000E-2,1.750000000E0\n"
        ),
        "Time (s) s",
        "acceleration_x[m/s^2]",
    ),
    Layout("Arduino", ("millis,current_mA\n1204,512\n1254,514\n1304,509\n"), "millis ms", "current[mA]"),
    Layout(
        "robot controller",
        ("timestamp actual_q_0 actual_q_1\n101.002 1.2500 0.5000\n101.004 1.2510 0.5010\n101.006 1.2520 0.5020\n"),
        "timestamp unknown",
        "actual_q_0[] actual_q_1[]",
        answer=SECONDS,
    ),
    Layout(
        "Grafana",
        (
            '"Time","Current","Voltage"\n'
            "2023-05-03 10:00:00,101.5,20.25\n"
            "2023-05-03 10:00:10,102.5,20.5\n"
            "2023-05-03 10:00:20,99.5,20.75\n"
        ),
        "Time iso",
        "current[] voltage[]",
    ),
    Layout(
        "data acquisition, rate in the preamble",
        (
            "File name: weld.dxd\n"
            "Sample rate: 1000 Hz\n"
            "Channels: 2\n"
            "\n"
            "Time\tI (A)\tU (V)\n"
            "0.000\t101.5\t20.25\n"
            "0.001\t102.5\t20.50\n"
            "0.002\t99.5\t20.75\n"
        ),
        "Time s",
        "i[A] u[V]",
    ),
    Layout(
        "catman",
        (
            "HBM_CATMAN_DATAFILE_40\n"
            "\n"
            "Time  1 - default sample rate [s]\tForce [kN]\n"
            "0,00\t12,50\n"
            "0,02\t12,75\n"
            "0,04\t12,25\n"
        ),
        "Time  1 - default sample rate [s] s",
        "force[kN]",
    ),
    Layout(
        "PLC trace, period in the preamble",
        ("Trace;Axis 1\nSampling period;4 ms\nt;Strom;Moment\n0;101,5;2,25\n4;102,5;2,50\n8;99,5;2,75\n"),
        "t ms",
        "strom[] moment[]",
    ),
    Layout(
        "rostopic",
        ("%time,field.data\n1660722626000000000,101.5\n1660722626010000000,102.5\n1660722626020000000,99.5\n"),
        "%time ns",
        "field_data[]",
    ),
)

# What nobody can tell: it must be asked, whatever it costs, or drawn without a claim: time of an unknown unit.
TRAPS = (
    Layout(
        "Fluke",
        ("Fluke Connect\nSerial: 12345678\n\nReading,Sample,Start Time,Duration\n1,12.5 V,x,x\n"),
        "100 Hz",
        "",
        "no two rows",
    ),
    Layout(
        "US dates, unclear",
        ("Timestamp,Current (A)\n04/05/2023 10:00:00,101.5\n04/05/2023 10:00:01,102.5\n04/05/2023 10:00:02,99.5\n"),
        "Timestamp %m/%d/%Y %H:%M:%S",
        "current[A]",
        "how is '04/05/2023",
        Known(time_format="%m/%d/%Y %H:%M:%S"),
    ),
    Layout(
        "thousands or fraction",
        ("Time (s);Force (N)\n0;1,234\n1;1,235\n2;1,236\n"),
        "Time (s) s",
        "force[N]",
        "thousands or a fraction",
        Known(decimal=","),
    ),
    Layout(
        "comma twice",
        ("Time,Current\n0,10,5\n1,11,5\n2,12,5\n"),
        "Time s",
        "current[]",
        "is the decimal mark the delimiter",
        Known(),
    ),
    Layout(
        "sentinel",
        ("Time (s),Temp (°C)\n0,20.5\n1,-9999\n2,21.5\n3,21\n"),
        "Time (s) s",
        "temp[°C]",
        "-9999",
        Known(gaps=("-9999",)),
    ),
    Layout(
        "rate that is not that of the time",
        ("Sample rate,1000 Hz\nTime,Current\n0,10\n0.02,11\n0.04,12\n0.06,11\n"),
        "Time unknown",
        "current[]",
        answer=SECONDS,
    ),
    Layout(
        "interval without a unit",
        ("Sample interval,10\nTime,Current\n0,10\n10,11\n20,12\n30,11\n"),
        "Time unknown",
        "current[]",
        answer=MS,
    ),
    Layout(
        "stamps of whole seconds",
        ("stamp,Current\n" + "".join(f"2022-08-17 07:50:{26 + row // 4},{10 + row % 3}.5\n" for row in range(12))),
        "4 Hz",
        "current[]",
        "share a moment",
        Known(rate=4),
    ),
)
