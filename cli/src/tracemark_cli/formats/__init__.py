"""The formats that labels are exported in, one module each."""
