import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { defineConfig, type Plugin } from "vite";

/**
 * Keeps what was built as brotli and as gzip, which is how the binary embeds and serves it: compressed once, as small as
 * can be, and not held a third time as it is. The pages stay beside theirs, since whoever builds looks for them.
 */
function compressed(): Plugin {
  let folder = "";
  return {
    name: "compressed",
    apply: "build",
    configResolved(config) {
      folder = resolve(config.root, config.build.outDir);
    },
    closeBundle() {
      for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile()) continue;
        const path = join(entry.parentPath, entry.name);
        const content = readFileSync(path);
        writeFileSync(
          `${path}.br`,
          brotliCompressSync(content, {
            params: { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: content.length },
          }),
        );
        writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
        if (!path.endsWith(".html")) rmSync(path);
      }
    },
  };
}

// Two documents: the pages, one application under all of their addresses, and the playground, whose editor needs a looser
// policy than the pages have. The built folder is embedded in the binary and must work with no network.
export default defineConfig({
  esbuild: { jsx: "automatic" },
  worker: { format: "es" },
  plugins: [compressed()],
  build: {
    outDir: "dist",
    target: "es2022",
    manifest: true,
    // The policy of embed.go lets a page load files of its own origin, and data: only for fonts and images.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 4000,
    reportCompressedSize: false,
    rollupOptions: {
      input: { index: "index.html", playground: "playground.html" },
      // "use client" and its like in the libraries mean nothing in a bundle for the browser.
      onwarn(warning, warn) {
        if (warning.code !== "MODULE_LEVEL_DIRECTIVE") warn(warning);
      },
    },
  },
});
