// The tests of the browser's code run in Node: WebCrypto, streams and files are the same interfaces there.
import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { alias: { "@": new URL("./src", import.meta.url).pathname } },
  test: { environment: "node", include: ["src/**/*.test.ts"], testTimeout: 60_000, benchmark: { include: ["src/**/*.bench.ts"] } },
});
