import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import react from "@vitejs/plugin-react";
import { defineConfig, loadEnv } from "vite";

// `npm run dev` serves the sources and sends everything else to a server started by `python3 run.py serve`.
const SERVER = loadEnv("", ".", "SPOKEDESK_")["SPOKEDESK_URL"] ?? "http://127.0.0.1:8765";
const API = ["/crm", "/spokedesk", "/account-info", "/crm-object-schemas", "/integrations", "/oauth", "/openapi.json"];

const MODULES = "node_modules/(?:react|react-dom|scheduler|react-router|get-nonce|clsx|@tanstack/(?:query-core|react-query)|@mantine/hooks/esm/(?:use-(?:id|isomorphic-effect|media-query|color-scheme|reduced-motion|did-update)|utils/random-id))/";
const DRAWN = "@mantine/core/(?:styles/|esm/core/|esm/components/(?:ActionIcon|Alert|Button|CloseButton|Kbd|Loader|Paper|Text|Title|Transition|UnstyledButton)/)";
const OURS = "webui/src/(?:i18n/index|api/(?:client|connection|errors|session)|app/(?:App|Logo|creating|NotFound|PageFailed|Shell|notices|preferences|queries|routes|shortcuts|styles|global|theme|useSession)|parts/(?:CopyButton|Curl|Empty|Failed|Icon)|screens/[a-z]+/route)\\.";

/**
 * What is loaded together. Left alone, every module that two pages share is a file, sixty of them until the first page is
 * there; each costs the server and the browser more than its bytes.
 */
const GROUPS = [
  // the many small pages of the settings share most of what they are made of, and compress well together
  { name: "Settings", test: /screens.settings.(?!route)/, priority: 3 },
  // before anything can be drawn
  { name: "base", test: new RegExp(`${MODULES}|${DRAWN}|${OURS}`), priority: 2 },
  // what most pages are made of
  { name: "common", test: /node_modules|webui.src.(?:api|app|parts)/, minShareCount: 3, priority: 1 },
];

/** The best costs 1.4 s of a first start, this 0.5 s for 1.7 % more bytes. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 10 } };

/** Beside every file the same compressed, so that the server only has to send it. */
function compressed() {
  let folder = "";
  return {
    name: "compressed",
    apply: "build",
    configResolved: (config) => void (folder = resolve(config.root, config.build.outDir, "assets")),
    async closeBundle() {
      const packed = async (name) => {
        const content = readFileSync(join(folder, name));
        writeFileSync(join(folder, `${name}.br`), await promisify(brotliCompress)(content, BROTLI));
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
    rolldownOptions: { output: { codeSplitting: { includeDependenciesRecursively: false, groups: GROUPS } } },
  },
  server: { proxy: Object.fromEntries(API.map((path) => [path, { target: SERVER, changeOrigin: false }])) },
});
