// Numbers as text: to the last digit where they are read, short where they label an axis.

/** Return the shortest text that is this very double. */
export const exact = (value: number): string => String(value);

/** Return a text of at most `digits` significant digits, for lengths and differences. */
export const short = (value: number, digits = 6): string => String(Number(value.toPrecision(digits)));

/** Return the texts of an axis' ticks, with as many decimals as their distance asks for. */
export const ticks = (values: readonly number[]): string[] => {
  const step = values.length > 1 ? Math.abs(values[1]! - values[0]!) : 1;
  const size = Math.max(...values.map(Math.abs), step);
  const digit = lastDigit(step);
  if (size >= 1e7 || size < 1e-4) {
    const digits = Math.max(0, Math.ceil(Math.log10(size / step)), Math.floor(Math.log10(size)) - digit);
    return values.map((value) => value.toExponential(Math.min(12, digits)));
  }
  return values.map((value) => value.toFixed(Math.min(12, Math.max(0, -digit))));
};

/** Return the power of ten of a step's last digit: -1 of 2.5, which no decimals would show as 3. */
const lastDigit = (step: number): number => {
  const first = Math.floor(Math.log10(step) + 1e-9);
  const scaled = step / 10 ** first;
  return Math.abs(scaled - Math.round(scaled)) < 1e-6 ? first : first - 1;
};
