// The power spectrum of a stretch of samples: a radix-2 transform after Cooley and Tukey (1965), with Hann's window.

/** Return the power of the frequencies from 0 to half the sampling rate, in decibels; the length is a power of two. */
export const powerSpectrum = (samples: Float64Array): Float64Array => {
  const length = samples.length;
  const real = new Float64Array(length);
  const imaginary = new Float64Array(length);
  const mean = samples.reduce((sum, value) => sum + value, 0) / length;
  for (let at = 0; at < length; at += 1) {
    const window = 0.5 - 0.5 * Math.cos((2 * Math.PI * at) / length);
    real[reversed(at, length)] = (samples[at]! - mean) * window;
  }
  for (let size = 2; size <= length; size *= 2) pass(real, imaginary, size);
  const half = length / 2;
  return Float64Array.from({ length: half }, (_, at) => 10 * Math.log10(real[at]! ** 2 + imaginary[at]! ** 2 + 1e-30));
};

const reversed = (at: number, length: number): number => {
  let [found, rest] = [0, at];
  for (let bit = 1; bit < length; bit *= 2) {
    found = found * 2 + (rest & 1);
    rest >>= 1;
  }
  return found;
};

const pass = (real: Float64Array, imaginary: Float64Array, size: number): void => {
  const half = size / 2;
  for (let place = 0; place < half; place += 1) {
    const angle = (-2 * Math.PI * place) / size;
    const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
    for (let at = place; at < real.length; at += size) {
      const other = at + half;
      const [a, b] = [real[other]! * cosine - imaginary[other]! * sine, real[other]! * sine + imaginary[other]! * cosine];
      [real[other], imaginary[other]] = [real[at]! - a, imaginary[at]! - b];
      [real[at], imaginary[at]] = [real[at]! + a, imaginary[at]! + b];
    }
  }
};
