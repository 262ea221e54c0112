// The second build: a bidder by the browser's own code, as one module for Node (`scripts/bidder.ts`). Only the demo and the
// tests run it; it is not embedded.
import { defineConfig } from "vite";

export default defineConfig({
  resolve: { alias: { "@": new URL("./src", import.meta.url).pathname } },
  // Everything goes into the one file, so that it runs where no packages are installed.
  ssr: { noExternal: true },
  build: {
    ssr: "scripts/bidder.ts",
    outDir: "dist-node",
    emptyOutDir: true,
    copyPublicDir: false,
    target: "node20",
    minify: false,
    rolldownOptions: { output: { entryFileNames: "bidder.mjs", codeSplitting: false } },
  },
});
