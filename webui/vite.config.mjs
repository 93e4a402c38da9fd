import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, gzip } from "node:zlib";
import react from "@vitejs/plugin-react";
import { defineConfig, loadEnv } from "vite";

// `npm run dev` serves the sources and sends everything else to a server started by `python3 run.py serve`.
const SERVER = loadEnv("", ".", "SPOKEDESK_")["SPOKEDESK_URL"] ?? "http://127.0.0.1:8765";
const API = ["/crm", "/spokedesk", "/account-info", "/crm-object-schemas", "/integrations", "/oauth", "/openapi.json"];

/** Beside every file the same compressed, so that the server only has to send it. */
function compressed() {
  let folder = "";
  return {
    name: "compressed",
    apply: "build",
    configResolved: (config) => void (folder = join(config.root, config.build.outDir, "assets")),
    async closeBundle() {
      const packed = async (name) => {
        const content = readFileSync(join(folder, name));
        writeFileSync(join(folder, `${name}.br`), await promisify(brotliCompress)(content));
        writeFileSync(join(folder, `${name}.gz`), await promisify(gzip)(content, { level: 9 }));
      };
      await Promise.all(readdirSync(folder).map(packed));
    },
  };
}

export default defineConfig({
  plugins: [react(), compressed()],
  build: {
    target: "es2022",
    // one small file each instead of addresses inside of style sheets: the page's policy names its sources
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1000,
    // the many small pages of the settings share most of what they are made of, and compress well together
    rolldownOptions: { output: { codeSplitting: { includeDependenciesRecursively: false, groups: [{ name: "Settings", test: /screens.settings.(?!route)/ }] } } },
  },
  server: { proxy: Object.fromEntries(API.map((path) => [path, { target: SERVER, changeOrigin: false }])) },
});
