// The time that is left of a lease.

export const inWords = (seconds: number): string => {
  const two = (number: number): string => String(number).padStart(2, "0");
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes}:${two(seconds % 60)}` : `${Math.floor(minutes / 60)}:${two(minutes % 60)} h`;
};

export class LeaseClock {
  private endsAt = Infinity;

  constructor(
    private readonly shown: HTMLElement,
    private readonly timing: HTMLElement,
    private readonly over: () => void,
  ) {}

  begin(seconds: number): void {
    this.endsAt = performance.now() + 1000 * seconds;
    this.timing.textContent = "";
    this.tick();
  }

  /** Show what is left; called every second. */
  tick(): void {
    if (this.endsAt === Infinity) return;
    const left = Math.max(0, Math.ceil((this.endsAt - performance.now()) / 1000));
    this.shown.textContent = inWords(left);
    this.shown.classList.toggle("wrong", left <= 60);
    if (left === 300 || left === 60) this.timing.textContent = `${left / 60} minutes left for this task`;
    if (left > 0) return;
    this.endsAt = Infinity;
    this.over();
  }
}
