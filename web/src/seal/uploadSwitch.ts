/**
 * The switch of a running upload: pause, go on, cancel.
 *
 * *Invariant*: once paused or cancelled, the request on its way is aborted and no new one starts.
 */

/** A switch, and the waiting that obeys it. */
export class UploadSwitch {
  private state: "running" | "paused" | "cancelled" = "running";
  private current = new AbortController();
  private readonly ended = new AbortController();
  private wake: () => void = () => undefined;

  /** Stops after aborting the request on its way; what the server has is kept. */
  pause(): void {
    if (this.state !== "running") return;
    this.state = "paused";
    this.current.abort();
  }

  /** Goes on after a pause. */
  resume(): void {
    if (this.state !== "paused") return;
    this.state = "running";
    this.current = new AbortController();
    this.wake();
  }

  /** Ends the upload for good. */
  cancel(): void {
    this.state = "cancelled";
    this.ended.abort();
    this.current.abort();
    this.wake();
  }

  /** Aborts at the next pause or cancellation. */
  get signal(): AbortSignal {
    return this.current.signal;
  }

  /** Aborts at the cancellation only: for work that needs no line and goes on during a pause. */
  get cancelSignal(): AbortSignal {
    return this.ended.signal;
  }

  /** Whether it was cancelled. */
  get isCancelled(): boolean {
    return this.state === "cancelled";
  }

  /** Resolves at once if running, else when it goes on or is cancelled. */
  async whenRunning(): Promise<void> {
    while (this.state === "paused") await new Promise<void>((resolve) => (this.wake = resolve));
  }

  /** Waits, in milliseconds, or until a pause or cancellation. */
  sleep(delayMs: number): Promise<void> {
    const { signal } = this;
    return new Promise((resolve) => {
      const timer = setTimeout(done, delayMs);
      function done(): void {
        clearTimeout(timer);
        signal.removeEventListener("abort", done);
        resolve();
      }
      if (signal.aborted) done();
      else signal.addEventListener("abort", done);
    });
  }
}
