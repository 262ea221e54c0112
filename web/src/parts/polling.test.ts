import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { effectScope, type EffectScope } from "vue";

import { pollWhileVisible } from "./polling";

class Page extends EventTarget {
  visibilityState = "visible";

  show(state: "visible" | "hidden"): void {
    this.visibilityState = state;
    this.dispatchEvent(new Event("visibilitychange"));
  }
}

describe("polling", () => {
  let page: Page;
  let scope: EffectScope;

  beforeEach(() => {
    vi.useFakeTimers();
    page = new Page();
    scope = effectScope();
    vi.stubGlobal("document", page);
  });
  afterEach(() => {
    scope.stop();
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  it("asks while the page is seen, and not while it is hidden", () => {
    const ask = vi.fn();
    scope.run(() => pollWhileVisible(ask, 4000));
    vi.advanceTimersByTime(8000);
    expect(ask).toHaveBeenCalledTimes(2);
    page.show("hidden");
    vi.advanceTimersByTime(60_000);
    expect(ask).toHaveBeenCalledTimes(2);
  });

  it("asks at once when the page is seen again, and goes on", () => {
    const ask = vi.fn();
    page.visibilityState = "hidden";
    scope.run(() => pollWhileVisible(ask, 4000));
    vi.advanceTimersByTime(20_000);
    expect(ask).not.toHaveBeenCalled();
    page.show("visible");
    expect(ask).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(4000);
    expect(ask).toHaveBeenCalledTimes(2);
  });

  it("ends with its scope", () => {
    const ask = vi.fn();
    scope.run(() => pollWhileVisible(ask, 4000));
    scope.stop();
    page.show("visible");
    vi.advanceTimersByTime(20_000);
    expect(ask).not.toHaveBeenCalled();
  });
});
