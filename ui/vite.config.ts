import { fileURLToPath } from "node:url";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { svelteTesting } from "@testing-library/svelte/vite";
import { defineConfig } from "vitest/config";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  plugins: [svelte(), svelteTesting()],
  resolve: { alias: { $lib: here("./src/lib"), $features: here("./src/features") } },
  build: {
    outDir: "dist",
    // WebKitGTK 2.40 is the oldest webview the packages accept; WebView2 and WKWebView are newer.
    target: ["safari16.4", "chrome111"],
    // The content security policy allows fonts and scripts from the application's own files only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: { port: 5173, strictPort: true },
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.ts"],
    setupFiles: ["./src/test/setup.ts"],
    testTimeout: 30_000,
    // Other work on the machine can starve a test; a second try is reported.
    retry: 1,
  },
});
