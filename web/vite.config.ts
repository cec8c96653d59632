import { defineConfig } from "vite";

// Two pages, each its own entry, with everything they need beside them: the built folder is embedded in the
// binary and must work with no network.
export default defineConfig({
  esbuild: { jsx: "automatic" },
  worker: { format: "es" },
  build: {
    outDir: "dist",
    target: "es2022",
    // The policy of embed.go lets a page load files of its own origin, and data: only for fonts and images.
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 4000,
    rollupOptions: {
      input: { index: "index.html", playground: "playground.html" },
      // "use client" and its like in the libraries mean nothing in a bundle for the browser.
      onwarn(warning, warn) {
        if (warning.code !== "MODULE_LEVEL_DIRECTIVE") warn(warning);
      },
    },
  },
});
