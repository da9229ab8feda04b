// Sound that was recorded with the signals: the cursor goes along while it plays, and it plays from the cursor.
import type { Bench } from "./bench";
import { make } from "../dom";

export class Player {
  readonly element: HTMLAudioElement;
  #frame = 0;

  /** `begins` is the moment, in the file's unit of time, at which the sound begins. */
  constructor(private readonly bench: Bench, source: string, private readonly begins: number) {
    this.element = make("audio", { src: source, controls: true, preload: "metadata" });
    this.element.addEventListener("play", () => { this.#begin(); });
    this.element.addEventListener("pause", () => { cancelAnimationFrame(this.#frame); });
    this.element.addEventListener("seeked", () => { if (this.element.paused) this.#follow(); });
  }

  toggle(): void {
    if (this.element.paused) void this.element.play();
    else this.element.pause();
  }

  #begin(): void {
    const at = (this.bench.cursor - this.begins) * this.bench.file.seconds;
    if (Number.isFinite(at) && at >= 0 && at < this.element.duration) this.element.currentTime = at;
    const go = (): void => {
      this.#follow();
      this.#frame = requestAnimationFrame(go);
    };
    this.#frame = requestAnimationFrame(go);
  }

  #follow(): void {
    const time = this.begins + this.element.currentTime / this.bench.file.seconds;
    if (!Number.isFinite(time)) return; // a second of the sound is nobody knows how long in the log
    const { from, to } = this.bench.viewport.range;
    if (time > to || time < from) this.bench.viewport.show({ from: time, to: time + this.bench.viewport.width });
    this.bench.point(time);
  }
}
