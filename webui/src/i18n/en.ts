import { collect } from "./collect";

export default collect(import.meta.glob<Record<string, string>>("./en/*.json", { eager: true, import: "default" }));
