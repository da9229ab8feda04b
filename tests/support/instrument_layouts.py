"""More logs as instruments write them; see `log_layouts`."""

from __future__ import annotations

from support.log_layouts import SECONDS, Layout

INSTRUMENTS = (
    Layout(
        "Tektronix TDS2000",
        (
            "Record Length,2.500000e+03,,-0.000500,0.0120,\n"
            "Sample Interval,2.000000e-07,,-0.0004998,0.0160,\n"
            "Trigger Point,1.250000000000e+03,,-0.0004996,0.0120,\n"
            ",,,-0.0004994,0.0200,\n"
            "Source,CH1,,-0.0004992,0.0160,\n"
            "Vertical Units,V,,-0.000499,0.0120,\n"
            "Vertical Scale,2.000000e-01,,-0.0004988,0.0120,\n"
            "Vertical Offset,0.000000e+00,,-0.0004986,0.0120,\n"
            "Horizontal Units,s,,-0.0004984,0.0120,\n"
            "Horizontal Scale,5.000000e-05,,-0.0004982,0.0120,\n"
            "Pt Fmt,Y,,-0.000498,0.0120,\n"
            "Yzero,0.000000e+00,,-0.0004978,0.0120,\n"
            "Probe Atten,1.000000e+01,,-0.0004976,0.0120,\n"
            "Model Number,TDS2024B,,-0.0004974,0.0120,\n"
            "Serial Number,C012345,,-0.0004972,0.0120,\n"
            "Firmware Version,FV:v22.01,,-0.000497,0.0120,\n"
            ",,,-0.0004968,0.0160,\n"
            ",,,-0.0004966,0.0160,\n"
            ",,,-0.0004964,0.010,\n"
            ",,,-0.0004962,0.011,\n"
            ",,,-0.0004960,0.012,\n"
            ",,,-0.0004958,0.013,\n"
            ",,,-0.0004956,0.014,\n"
            ",,,-0.0004954,0.015,\n"
            ",,,-0.0004952,0.016,\n"
            ",,,-0.0004950,0.017,\n"
            ",,,-0.0004948,0.018,\n"
            ",,,-0.0004946,0.019,\n"
            ",,,-0.0004944,0.010,\n"
            ",,,-0.0004942,0.011,\n"
            ",,,-0.0004940,0.012,\n"
            ",,,-0.0004938,0.013,\n"
            ",,,-0.0004936,0.014,\n"
            ",,,-0.0004934,0.015,\n"
            ",,,-0.0004932,0.016,\n"
            ",,,-0.0004930,0.017,\n"
            ",,,-0.0004928,0.018,\n"
            ",,,-0.0004926,0.019,\n"
        ),
        "3 s",
        "column_5[]",
    ),
    Layout(
        "Keysight BenchVue",
        (
            "Instrument,DSOX3024T\n"
            "Date,2023-05-03\n"
            "\n"
            '"Reading","Time","Ch1 (V)"\n'
            '1,"10:00:00.100",1.5\n'
            '2,"10:00:00.200",1.6\n'
            '3,"10:00:00.300",1.7\n'
        ),
        "Time %H:%M:%S.%f",
        "ch1[V]",
    ),
    Layout(
        "Keysight data logger",
        (
            "Name,\n"
            "Acq Date,5/3/2023 10:00:00 AM\n"
            "\n"
            "Scan,Time,101 (VDC),102 (C)\n"
            "1,05/13/2023 10:00:00:123,1.5,22.5\n"
            "2,05/13/2023 10:00:01:123,1.6,22.6\n"
            "3,05/13/2023 10:00:02:123,1.7,22.7\n"
        ),
        "Time %m/%d/%Y %H:%M:%S:%f",
        "channel_101_vdc[] channel_102[C]",
    ),
    Layout(
        "Rigol, two channels",
        (
            "X,CH1,CH2,Start,Increment,\n"
            "Sequence,Volt,Volt,-6.00e-03,2.00e-05\n"
            "0,1.5,0.5,,\n"
            "1,1.6,0.6,,\n"
            "2,1.7,0.7,,\n"
            "3,1.6,0.8,,\n"
        ),
        "50000 Hz",
        "ch1[V] ch2[V]",
    ),
    Layout(
        "Rigol MSO5000",
        ("Time(s),CH1(V),CH2(V)\n-5.0000e-07,1.5,0.5\n-4.9900e-07,1.6,0.6\n-4.9800e-07,1.7,0.7\n"),
        "Time(s) s",
        "ch1[V] ch2[V]",
    ),
    Layout(
        "Rigol DHO",
        ("CH1V,CH2V,t0 = -5.0e-6, tInc = 1.0e-8\n1.5,0.5\n1.6,0.6\n1.7,0.7\n1.5,0.8\n"),
        "1e+08 Hz",
        "ch1v[] ch2v[]",
    ),
    Layout(
        "PicoScope, German",
        (
            "Zeit;Kanal A;Kanal B\n"
            "(ms);(V);(mV)\n"
            "\n"
            "0,00000000;1,50000000;20,5\n"
            "0,10000000;1,60000000;21,5\n"
            "0,20000000;1,70000000;-∞\n"
        ),
        "Zeit ms",
        "kanal_a[V] kanal_b[mV]",
    ),
    Layout(
        "PicoScope, microseconds",
        ("Time,Channel A\n(µs),(V)\n\n0.0,1.5\n0.5,1.6\n1.0,1.7\n"),
        "Time us",
        "channel_a[V]",
        encoding="cp1252",
    ),
    Layout(
        "Siglent, two channels",
        (
            "Record Length,Analog:5,,\n"
            "Sample Interval,Analog:2.00E-09,,\n"
            "Vertical Units,CH1:V,CH2:V\n"
            "Vertical Scale,CH1:0.5,CH2:1.0\n"
            "Vertical Offset,CH1:0,CH2:0\n"
            "Horizontal Units,s\n"
            "Horizontal Scale,1e-6\n"
            "Model Number,SDS2104X\n"
            "Serial Number,SDS2X\n"
            "Software Version,1.0\n"
            "Source,CH1,CH2\n"
            "Second,Volt,Volt\n"
            "-7.0E-06,0.04,1.5\n"
            "-6.998E-06,0.08,1.6\n"
            "-6.996E-06,0.06,1.7\n"
            "-6.994E-06,0.06,1.7\n"
        ),
        "Source s",
        "ch1[V] ch2[V]",
    ),
    Layout(
        "Hantek", ("#CHANNEL:CH1\n#CLOCK=1.000uS\n#SIZE=4\n#UNITS:V\n\n0.5\n0.6\n0.7\n0.6\n"), "1e+06 Hz", "column_1[]"
    ),
    Layout(
        "GW Instek",
        (
            "Format,1.0B\n"
            "Memory Length,4\n"
            "Trigger Level,0.0V\n"
            "Source,CH1\n"
            "Probe,1.0X\n"
            "Vertical Units,V\n"
            "Vertical Scale,2.0\n"
            "Vertical Position,0\n"
            "Horizontal Units,S\n"
            "Horizontal Scale,1.0E-03\n"
            "Horizontal Position,0\n"
            "Horizontal Mode,Main\n"
            "Sampling Period,4.000E-06\n"
            "Firmware,V1.09\n"
            "Time,03-May-23 10:00:00\n"
            "Mode,Detail\n"
            "Waveform Data,\n"
            "-2.0E-05,0.5,\n"
            "-1.6E-05,0.6,\n"
            "-1.2E-05,0.7,\n"
            "-0.8E-05,0.6,\n"
        ),
        "Waveform Data s",
        "column_2[]",
    ),
    Layout(
        "Digilent WaveForms",
        (
            "#Digilent WaveForms Oscilloscope Acquisition\n"
            "#Device Name: Discovery2\n"
            "#Serial Number: SN:210321\n"
            "#Date Time: 2023-05-03 10:00:00.123\n"
            "#Sample rate: 4e+05Hz\n"
            "#Samples: 4\n"
            "#Trigger: Source: None\n"
            "\n"
            "Time (s),Channel 1 (V),Channel 2 (V)\n"
            "-0.010240,0.5,1.5\n"
            "-0.0102375,0.6,1.6\n"
            "-0.010235,0.7,1.7\n"
            "-0.0102325,0.6,1.6\n"
        ),
        "Time (s) s",
        "channel_1[V] channel_2[V]",
    ),
    Layout(
        "Yokogawa, no time column",
        (
            '"Header Size",8\n'
            '"Model Name","DL850E"\n'
            '"Comment",""\n'
            '"BlockNumber",1\n'
            '"TraceName","CH1","CH2"\n'
            '"BlockSize",4,4\n'
            '"VUnit","V","A"\n'
            '"SampleRate",1.0000E+04,1.0000E+04\n'
            '"HResolution",1.0E-04,1.0E-04\n'
            '"HOffset",0,0\n'
            '"HUnit","s","s"\n'
            '"DisplayBlockSize",4\n'
            '"Date","2023/05/03"\n'
            '"Time","10:00:00.00"\n'
            "\n"
            ",1.5,20.5\n"
            ",1.6,21.5\n"
            ",1.7,22.5\n"
            ",1.6,21.5\n"
        ),
        "10000 Hz",
        "column_2[] column_3[]",
    ),
    Layout(
        "Fluke ScopeMeter",
        (
            "Title,Capture\n"
            "Date,05/03/2023\n"
            "X Unit,s\n"
            "Y Unit,V\n"
            "X Zero,-0.002\n"
            "Delta X,0.0001\n"
            "\n"
            "Time,A\n"
            "-0.002,1.5\n"
            "-0.0019,1.6\n"
            "-0.0018,1.7\n"
        ),
        "Time s",
        "a[]",
    ),
    Layout(
        "LabVIEW lvm, no X column",
        (
            "LabVIEW Measurement\t\n"
            "Writer_Version\t2\n"
            "Reader_Version\t2\n"
            "Separator\tTab\n"
            "Decimal_Separator\t.\n"
            "Multi_Headings\tNo\n"
            "X_Columns\tNo\n"
            "Time_Pref\tRelative\n"
            "Operator\tx\n"
            "Date\t2023/05/03\n"
            "Time\t10:00:00.123\n"
            "***End_of_Header***\t\n"
            "\t\n"
            "Channels\t2\t\t\n"
            "Samples\t3\t3\t\n"
            "Date\t2023/05/03\t2023/05/03\t\n"
            "Time\t10:00:00.1\t10:00:00.1\t\n"
            "X_Dimension\tTime\tTime\t\n"
            "X0\t0.0\t0.0\t\n"
            "Delta_X\t0.001\t0.001\t\n"
            "***End_of_Header***\t\t\t\n"
            "X_Value\tVoltage\tCurrent\tComment\n"
            "\t1.5\t10.5\t\n"
            "\t1.6\t10.6\t\n"
            "\t1.7\t10.7\t\n"
        ),
        "1000 Hz",
        "voltage[] current[]",
    ),
    Layout(
        "LabVIEW lvm, an X column each",
        (
            "LabVIEW Measurement\t\n"
            "Writer_Version\t2\n"
            "Reader_Version\t2\n"
            "Separator\tTab\n"
            "Decimal_Separator\t.\n"
            "Multi_Headings\tNo\n"
            "X_Columns\tMulti\n"
            "Time_Pref\tRelative\n"
            "Operator\tx\n"
            "Date\t2023/05/03\n"
            "Time\t10:00:00.123\n"
            "***End_of_Header***\t\n"
            "\t\n"
            "Channels\t2\t\t\t\t\n"
            "Samples\t3\t\t3\t\t\n"
            "X_Dimension\tTime\t\tTime\t\t\n"
            "X0\t0.0\t\t0.0\t\t\n"
            "Delta_X\t0.001\t\t0.01\t\t\n"
            "***End_of_Header***\t\t\t\t\t\n"
            "X_Value\tVoltage\tX_Value\tCurrent\tComment\n"
            "0.000\t1.5\t0.00\t10.5\t\n"
            "0.001\t1.6\t0.01\t10.6\t\n"
            "0.002\t1.7\t0.02\t10.7\t\n"
        ),
        "0 s",
        "voltage[] current[]",
    ),
    Layout(
        "TwinCAT Scope, all keys",
        (
            "Name;Pos;Name;Vel\n"
            "SymbolComment;;SymbolComment;\n"
            "Data-Type;LREAL;Data-Type;LREAL\n"
            "SampleTime[ms];1;SampleTime[ms];1\n"
            "VariableSize;8;VariableSize;8\n"
            "Unit;mm;Unit;mm/s\n"
            "\n"
            "0;10,5;0;1,25\n"
            "1;10,6;1;1,5\n"
            "2;10,7;2;1,75\n"
            "3;10,8;3;2\n"
        ),
        "0 ms",
        "pos[mm] vel[mm/s]",
    ),
    Layout(
        "TwinCAT Scope, two lengths",
        (
            "Name\tA\tName\tB\n"
            "SampleTime[ms]\t1\tSampleTime[ms]\t2\n"
            "\n"
            "0\t10.5\t0\t1.25\n"
            "1\t10.6\t2\t1.5\n"
            "2\t10.7\t\t\n"
            "3\t10.8\t\t\n"
        ),
        "0 ms",
        "a[] b[]",
    ),
    Layout(
        "TwinCAT Scope, absolute times",
        (
            "Name,A,Name,B\n"
            "Data-Type,LREAL,Data-Type,LREAL\n"
            "SampleTime[ms],1,SampleTime[ms],1\n"
            "\n"
            "133275600000000000,10.5,133275600000000000,1.25\n"
            "133275600000010000,10.6,133275600000010000,1.5\n"
            "133275600000020000,10.7,133275600000020000,1.75\n"
        ),
        "0 100ns",
        "a[] b[]",
    ),
    Layout(
        "WinCC, points",
        (
            '"VarName","TimeString","VarValue","Validity","Time_ms"\n'
            '"Strom","2023-04-01 11:02:52",166.50,1,45017460324.07\n'
            '"Gas","2023-04-01 11:02:52",12.50,1,45017460324.07\n'
            '"Strom","2023-04-01 11:02:53",167.50,1,45017460335.65\n'
            '"Gas","2023-04-01 11:02:53",12.60,1,45017460335.65\n'
            '"$RT_COUNT$",4,,,\n'
        ),
        "TimeString iso",
        "strom[] gas[]",
    ),
    Layout(
        "WinCC, control rows",
        (
            '"VarName";"TimeString";"VarValue";"Validity";"Time_ms"\n'
            '"A";"01.04.2023 11:02:52";166,50;1;45017460324,07\n'
            '"A";"01.04.2023 11:02:53";167,50;1;45017460335,65\n'
            '"$RT_DIS$";"01.04.2023 11:02:54";0;2;45017460347,22\n'
            '"A";"01.04.2023 11:02:55";168,50;1;45017460358,80\n'
            '"$RT_OFF$";"01.04.2023 11:02:56";0;2;45017460370,37\n'
            '"$RT_COUNT$";5;;;;\n'
        ),
        "TimeString %d.%m.%Y %H:%M:%S",
        "a[]",
    ),
    Layout(
        "TIA trace",
        (
            "Trace;Trace_1\n"
            "CPU;PLC_1\n"
            "\n"
            'Sample;Time stamp;"DB".Strom;"DB".Spannung\n'
            "0;0;101,5;20,5\n"
            "1;4;102,5;20,6\n"
            "2;8;103,5;20,7\n"
        ),
        "Time stamp unknown",
        "db_strom[] db_spannung[]",
        answer=SECONDS,
    ),
    Layout(
        "CODESYS trace",
        (
            "Date/Time;PLC_PRG.x;PLC_PRG.y\n"
            "03.05.2023 10:00:00.000;1,5;2,5\n"
            "03.05.2023 10:00:00.010;1,6;2,6\n"
            "03.05.2023 10:00:00.020;1,7;2,7\n"
        ),
        "Date/Time %d.%m.%Y %H:%M:%S.%f",
        "plc_prg_x[] plc_prg_y[]",
    ),
    Layout(
        "Fronius WeldCube",
        (
            "Timestamp;Current [A];Voltage [V];Wire feed speed [m/min];Power [kW]\n"
            "2023-05-03T10:00:00.000Z;1,5;20,5;9,25;2,05\n"
            "2023-05-03T10:00:00.100Z;1,6;20,6;9,25;2,10\n"
            "2023-05-03T10:00:00.200Z;1,7;20,7;9,25;2,15\n"
        ),
        "Timestamp iso",
        "current[A] voltage[V] wire_feed_speed[m/min] power[kW]",
    ),
    Layout(
        "welding source, German",
        (
            "Zeit in s;Strom in A;Spannung in V;Drahtvorschub in m/min\n"
            "0,0;1,5;20,5;9,25\n"
            "0,1;1,6;20,6;9,25\n"
            "0,2;1,7;20,7;9,25\n"
        ),
        "Zeit in s s",
        "strom[A] spannung[V] drahtvorschub[m/min]",
    ),
    Layout(
        "catman, preamble",
        (
            "HBM_CATMAN_DATAFILE_40\n"
            "\n"
            "Test\n"
            "\n"
            "Number of channels:\t2\n"
            "Date:\t03.05.2023\n"
            "\n"
            "Time  1 - default sample rate [s]\tForce [kN]\tWeg [mm]\n"
            "\n"
            "0,000\t1,500\t20,500\n"
            "0,100\t1,600\t20,600\n"
            "0,200\t1,700\t20,700\n"
        ),
        "Time  1 - default sample rate [s] s",
        "force[kN] weg[mm]",
    ),
    Layout(
        "DEWESoft",
        ("Time [s],AI 1/Current [A],AI 2/Voltage [V]\n0.00000,1.5,20.5\n0.10000,1.6,20.6\n0.20000,1.7,20.7\n"),
        "Time [s] s",
        "ai_1_current[A] ai_2_voltage[V]",
    ),
    Layout(
        "Yokogawa GX",
        (
            "Date,Time,CH0001,CH0002\n"
            ",,V,°C\n"
            "2023/05/03,10:00:00,1.5,20.5\n"
            "2023/05/03,10:00:01,1.6,20.6\n"
            "2023/05/03,10:00:02,1.7,20.7\n"
        ),
        "Date+Time %Y/%m/%d %H:%M:%S",
        "ch0001[V] ch0002[°C]",
        encoding="cp1252",
    ),
    Layout(
        "Graphtec, Japanese",
        (
            "ベンダ,GRAPHTEC Corporation\n"
            "モデル名,GL240\n"
            "測定間隔,1s\n"
            "総データ数,3\n"
            "番号,日時,ms,CH1,CH2\n"
            ",,,V,degC\n"
            "1,2023/05/03 10:00:00,0,+1.5,+20.5\n"
            "2,2023/05/03 10:00:01,0,+1.6,+20.6\n"
            "3,2023/05/03 10:00:02,0,+1.7,+20.7\n"
        ),
        "日時+ms %Y/%m/%d %H:%M:%S",
        "ch1[V] ch2[°C]",
        encoding="cp932",
    ),
    Layout(
        "Keyence",
        ('"時間","CH1","CH2"\n"s","V","A"\n0.0,1.5,20.5\n0.1,1.6,20.6\n0.2,1.7,20.7\n'),
        "時間 s",
        "ch1[V] ch2[A]",
        encoding="cp932",
    ),
    Layout(
        "dates in kanji",
        (
            "日時,電流\n"
            "2023年05月03日 10時00分00秒,1.5\n"
            "2023年05月03日 10時00分01秒,1.6\n"
            "2023年05月03日 10時00分02秒,1.7\n"
        ),
        "日時 %Y年%m月%d日 %H時%M分%S秒",
        "channel[]",
    ),
    Layout(
        "SignalExpress",
        ("Time - Voltage_0,Amplitude - Voltage_0\n0.0,1.5\n0.1,1.6\n0.2,1.7\n"),
        "Time - Voltage_0 unknown",
        "amplitude_voltage_0[]",
        answer=SECONDS,
    ),
    Layout(
        "NI header of dt",
        ("start times:\t5/3/2023 10:00:00.000000\ndt:\t0.1\ndata:\n1.5\t20.5\n1.6\t20.6\n1.7\t20.7\n"),
        "10 Hz",
        "column_1[] column_2[]",
    ),
    Layout(
        "FlexLogger",
        (
            "Time,Current (A),Voltage (V)\n"
            "5/13/2023 10:00:00.100 AM,1.5,20.5\n"
            "5/13/2023 10:00:00.200 AM,1.6,20.6\n"
            "5/13/2023 10:00:00.300 AM,1.7,20.7\n"
        ),
        "Time %m/%d/%Y %I:%M:%S.%f %p",
        "current[A] voltage[V]",
    ),
    Layout(
        "OPC UA logger",
        (
            "SourceTimestamp;NodeId;Value;Status\n"
            "2023-05-03 10:00:00.000;ns=2;1,5;Good\n"
            "2023-05-03 10:00:00.000;ns=3;20,5;Good\n"
            "2023-05-03 10:00:01.000;ns=2;1,6;Good\n"
            "2023-05-03 10:00:01.000;ns=3;20,6;Good\n"
            "2023-05-03 10:00:02.000;ns=2;1,7;Good\n"
            "2023-05-03 10:00:02.000;ns=3;20,7;Good\n"
        ),
        "SourceTimestamp iso",
        "ns_2[] ns_3[]",
    ),
    Layout(
        "Kepware",
        (
            "_NAME,_NUMERICID,_VALUE,_TIMESTAMP,_QUALITY\n"
            "Ch1.Dev1.I,0,1.5,2023-05-03 10:00:00.000,192\n"
            "Ch1.Dev1.U,0,20.5,2023-05-03 10:00:00.000,192\n"
            "Ch1.Dev1.I,0,1.6,2023-05-03 10:00:01.000,192\n"
            "Ch1.Dev1.U,0,20.6,2023-05-03 10:00:01.000,192\n"
            "Ch1.Dev1.I,0,1.7,2023-05-03 10:00:02.000,192\n"
            "Ch1.Dev1.U,0,20.7,2023-05-03 10:00:02.000,192\n"
        ),
        "_TIMESTAMP iso",
        "ch1_dev1_i[] ch1_dev1_u[]",
    ),
    Layout(
        "Influx command line",
        (
            "name,time,current,voltage\n"
            "weld,1683108000000000000,1.5,20.5\n"
            "weld,1683108000100000000,1.6,20.6\n"
            "weld,1683108000200000000,1.7,20.7\n"
        ),
        "time ns",
        "current[] voltage[]",
    ),
    Layout(
        "Influx, blocks",
        (
            "#group,false,false,false,false,true\n"
            "#datatype,string,long,dateTime:RFC3339,double,string\n"
            "#default,_result,,,,\n"
            ",result,table,_time,_value,_field\n"
            ",,0,2023-05-03T10:00:00Z,1.5,I\n"
            ",,0,2023-05-03T10:00:01Z,1.6,I\n"
            ",,0,2023-05-03T10:00:02Z,1.7,I\n"
            "\n"
            "#group,false,false,false,false,true\n"
            "#datatype,string,long,dateTime:RFC3339,double,string\n"
            "#default,_result,,,,\n"
            ",result,table,_time,_value,_field\n"
            ",,1,2023-05-03T10:00:00Z,20.5,U\n"
            ",,1,2023-05-03T10:00:01Z,20.6,U\n"
            ",,1,2023-05-03T10:00:02Z,20.7,U\n"
        ),
        "_time iso",
        "i[] u[]",
    ),
    Layout(
        "Influx, pivoted",
        (
            ",result,table,_time,host,current,voltage\n"
            ",_result,0,2023-05-03T10:00:00Z,a,1.5,20.5\n"
            ",_result,0,2023-05-03T10:00:01Z,a,1.6,20.6\n"
            ",_result,0,2023-05-03T10:00:02Z,a,1.7,20.7\n"
        ),
        "_time iso",
        "current[] voltage[]",
    ),
    Layout(
        "Grafana, series as rows",
        (
            '"Series";"Time";"Value"\n'
            '"Current";"2023-05-03T10:00:00+02:00";1.5\n'
            '"Current";"2023-05-03T10:00:01+02:00";1.6\n'
            '"Current";"2023-05-03T10:00:02+02:00";1.7\n'
            '"Voltage";"2023-05-03T10:00:00+02:00";20.5\n'
            '"Voltage";"2023-05-03T10:00:01+02:00";20.6\n'
            '"Voltage";"2023-05-03T10:00:02+02:00";20.7\n'
        ),
        "Time iso",
        "current[] voltage[]",
    ),
    Layout(
        "pandas, time deltas",
        (",current\n0 days 00:00:00,1.5\n0 days 00:00:00.100000,1.6\n0 days 00:00:00.200000,1.7\n"),
        "0 duration",
        "current[]",
    ),
    Layout(
        "R, write.table",
        ('"time" "current"\n"1" 0 1.5\n"2" 0.1 1.6\n"3" 0.2 1.7\n'),
        "1 unknown",
        "current[]",
        answer=SECONDS,
    ),
    Layout("R, write.csv2", ('"";"time_s";"current"\n"1";0;1,5\n"2";0,1;1,6\n"3";0,2;NA\n'), "time_s s", "current[]"),
    Layout(
        "Excel, summary below",
        ("Zeit [s];Strom [A]\n0;1,5\n1;1,6\n2;1,7\n;\nMittelwert;1,6\nMaximum;1,7\n"),
        "Zeit [s] s",
        "strom[A]",
    ),
    Layout(
        "Excel, title and units",
        (
            "Versuch 17 vom 03.05.2023;;\n"
            ";;\n"
            "Zeit;Strom;Spannung\n"
            "[s];[A];[V]\n"
            "0,0;1,5;20,5\n"
            "0,1;1,6;20,6\n"
            "0,2;1,7;20,7\n"
        ),
        "Zeit s",
        "strom[A] spannung[V]",
    ),
    Layout(
        "Excel, French",
        ("Temps (s);Courant (A);Force (N)\n0,0;1,5;1 234,5\n0,1;1,6;1 235,5\n0,2;1,7;1 236,5\n"),
        "Temps (s) s",
        "courant[A] force[N]",
    ),
    Layout(
        "Russian, cp1251",
        ("Время;Ток, А;Напряжение, В\n0,0;1,5;20,5\n0,1;1,6;20,6\n0,2;1,7;20,7\n"),  # noqa: RUF001
        "Время unknown",
        "channel[A] channel_2[V]",
        answer=SECONDS,
        encoding="cp1251",
    ),
    Layout(
        "Chinese, gb18030",
        ("时间(s),电流(A),电压(V)\n0.0,1.5,20.5\n0.1,1.6,20.6\n0.2,1.7,20.7\n"),
        "时间(s) s",
        "channel[A] channel_2[V]",
        encoding="gb18030",
    ),
    Layout(
        "PLX-DAQ",
        ("CLEARDATA\nLABEL,Time,Current\nDATA,10:00:00,1.5\nDATA,10:00:01,1.6\nDATA,10:00:02,1.7\n"),
        "Time %H:%M:%S",
        "current[]",
    ),
    Layout(
        "robot, units row of spaces",
        (
            "TIME     R[1]    R[2]\n"
            "(ms)     (A)     (V)\n"
            "0        1.5     20.5\n"
            "8        1.6     20.6\n"
            "16       1.7     20.7\n"
        ),
        "TIME ms",
        "r_1[A] r_2[V]",
    ),
    Layout("MATLAB writetable", ("Time_s_,Current_A_\n0,1.5\n0.1,1.6\n0.2,1.7\n"), "Time_s_ s", "current[A]"),
    Layout(
        "COMSOL",
        ("% Model: x.mph\n% Version: 6\n% Time (s)    Temperature (K)\n0    1.5\n0.1    1.6\n0.2    1.7\n"),
        "0 s",
        "temperature[K]",
    ),
    Layout("returns alone", ("Time (s);I (A)\r0,0;1,5\r0,1;1,6\r0,2;1,7\r"), "Time (s) s", "i[A]"),
    Layout(
        "milliseconds in a column",
        (
            "Date;Time;ms;I\n"
            "2023-05-13;10:00:00;900;1,5\n"
            "2023-05-13;10:00:01;0;1,6\n"
            "2023-05-13;10:00:01;100;1,7\n"
            "2023-05-13;10:00:01;200;1,7\n"
        ),
        "Date+Time+ms %Y-%m-%d %H:%M:%S",
        "i[]",
    ),
    Layout(
        "a column for each part",
        (
            "Year,Month,Day,Hour,Minute,Second,I\n"
            "2023,5,13,10,0,0.0,1.5\n"
            "2023,5,13,10,0,0.1,1.6\n"
            "2023,5,13,10,0,0.2,1.7\n"
        ),
        "Year+Month+Day+Hour+Minute+Second %Y %m %d %H %M %S.%f",
        "i[]",
    ),
    Layout(
        "seconds since 1904",
        ("timestamp,current\n3765945600.0,1.5\n3765945600.1,1.6\n3765945600.2,1.7\n"),
        "timestamp s",
        "current[]",
    ),
    Layout(
        "moments as numbers",
        ("time,current\n20230503100000,1.5\n20230503100059,1.6\n20230503100100,1.7\n"),
        "time %Y%m%d%H%M%S",
        "current[]",
    ),
    Layout(
        "two times",
        (
            "Time (s),Timestamp,I (A)\n"
            "0.0,2023-05-03 10:00:00,1.5\n"
            "0.1,2023-05-03 10:00:00,1.6\n"
            "0.2,2023-05-03 10:00:00,1.7\n"
            "0.3,2023-05-03 10:00:00,1.7\n"
        ),
        "Time (s) s",
        "i[A]",
    ),
)
