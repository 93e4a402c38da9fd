import react from "@vitejs/plugin-react";
import { defineConfig, loadEnv } from "vite";

// `npm run dev` serves the sources and sends everything else to a server started by `python3 run.py serve`.
const SERVER = loadEnv("", ".", "SPOKEDESK_")["SPOKEDESK_URL"] ?? "http://127.0.0.1:8765";
const API = ["/crm", "/spokedesk", "/account-info", "/crm-object-schemas", "/integrations", "/oauth", "/openapi.json"];

export default defineConfig({
  plugins: [react()],
  build: {
    target: "es2022",
    // one small file each instead of addresses inside of style sheets: the page's policy names its sources
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1000,
  },
  server: { proxy: Object.fromEntries(API.map((path) => [path, { target: SERVER, changeOrigin: false }])) },
});
