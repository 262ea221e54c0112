// The build: hashed assets in `dist`, which the executable embeds. In development the API is a server on localhost.
import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";

const server = { target: "https://localhost:8443", secure: false, changeOrigin: false, ws: true };

/** Pages that are opened by people who have nothing in their cache yet. */
const PRELOADED = /[\\/](?:index|HallPage|TenderPage|SignInPage|VerifyPage|OpeningRoom)-/;

export default defineConfig({
  plugins: [vue()],
  resolve: { alias: { "@": new URL("./src", import.meta.url).pathname } },
  define: { __VUE_OPTIONS_API__: "false", __VUE_PROD_DEVTOOLS__: "false", __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false" },
  // A module, so that what only suite 2 needs is a script of its own, loaded when it is wanted.
  worker: { format: "es" },
  build: {
    outDir: "dist",
    target: "es2022",
    // scripts/budget.mjs reads it to know which scripts a page loads.
    manifest: true,
    modulePreload: {
      polyfill: false,
      // The list of what to preload for each page stands in the script that every page loads: only public pages are in it.
      resolveDependencies: (file, needed) => (PRELOADED.test(file) ? needed : needed.filter((name) => name.endsWith(".css"))),
    },
    rolldownOptions: {
      output: {
        codeSplitting: {
          // Vue and its router change with a release of theirs, not with ours: they stay in the reader's cache.
          // What every page needs is one script: many small ones compress badly.
          groups: [
            { name: "vue", test: /node_modules[\\/](?:@vue[\\/]|vue[\\/]|vue-router[\\/])/, priority: 10 },
            {
              name: "frame",
              test: /web[\\/]src[\\/](?:frame[\\/](?!headChecks|NotFound|FrameFooter|KeyBanner)|parts[\\/](?!DoAct|SideDrawer|VerifiedDrawer|CheckList|MoneyText|HashText|hashWords|chineseAmount|DocumentUploader|documentUpload)|i18n[\\/](?:index|shared|zh)\.ts|(?:api|appearance|centre|clock|names|preference|problem|session|stage|App|router)\.(?:ts|vue))/,
              priority: 5,
            },
            { name: "room", test: /web[\\/]src[\\/](?:opening[\\/](?:fold|stream|room|words|statement|OpeningRoom|BoardTable|SealedBoard|LineStatus)\.)/, priority: 5 },
          ],
        },
      },
    },
  },
  server: { proxy: { "/api": server, "/log": server } },
});
