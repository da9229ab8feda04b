// Reading parts of a file over HTTP.
import { Fault } from "./fault";

/** The last bytes of a file, and where in it they begin. */
export interface Tail {
  bytes: ArrayBuffer;
  at: number;
}

/** A file that is read in parts; `fetched` and `requests` count what was asked for. */
export interface RangeSource {
  readonly fetched: number;
  readonly requests: number;
  tail(bytes: number): Promise<Tail>;
  read(from: number, to: number, signal?: AbortSignal): Promise<ArrayBuffer>;
}

const AGAIN = "load the task again; if it lasts, tell whoever runs the job";
const ATTEMPTS = 2;

/** A file behind a link that `grant_read_access` gave. */
export class HttpRanges implements RangeSource {
  fetched = 0;
  requests = 0;

  constructor(private readonly url: string) {}

  async tail(bytes: number): Promise<Tail> {
    const response = await this.#ask(`bytes=-${bytes}`);
    const found = await this.#body(response);
    if (response.status === 200) return { bytes: found, at: 0 };
    const place = /^bytes (\d+)-\d+\/\d+$/.exec(response.headers.get("Content-Range") ?? "");
    if (!place) throw new Fault("the link's answer does not show Content-Range", "let the bucket's CORS rule expose it");
    return { bytes: found, at: Number(place[1]) };
  }

  /** Return the bytes from `from` up to, not including, `to`. */
  async read(from: number, to: number, signal?: AbortSignal): Promise<ArrayBuffer> {
    const response = await this.#ask(`bytes=${from}-${to - 1}`, signal);
    if (response.status !== 206) throw new Fault("the link does not answer range requests", "serve the file from S3");
    const found = await this.#body(response);
    if (found.byteLength !== to - from) throw new Fault("the trace file was cut off", AGAIN);
    return found;
  }

  async #body(response: Response): Promise<ArrayBuffer> {
    const found = await response.arrayBuffer();
    this.fetched += found.byteLength;
    return found;
  }

  async #ask(range: string, signal?: AbortSignal): Promise<Response> {
    const response = await this.#persistently(range, signal);
    if (response.status === 403) throw new Fault("the link to the signals is not valid, or its time is over", AGAIN);
    if (response.status === 404) throw new Fault("there is no trace file", "write it by SHOW=signals or SHOW=both");
    if (!response.ok) throw new Fault(`the signals cannot be read (HTTP ${response.status})`, AGAIN);
    return response;
  }

  async #persistently(range: string, signal?: AbortSignal): Promise<Response> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        this.requests += 1;
        return await fetch(this.url, { headers: { Range: range }, ...(signal && { signal }) });
      } catch (error) {
        if (signal?.aborted) throw error;
        if (attempt === ATTEMPTS) throw new Fault("the signals cannot be reached (network, policy or CORS)", AGAIN);
      }
    }
  }
}
