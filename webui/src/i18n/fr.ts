import { collect } from "./collect";

export default collect(import.meta.glob<Record<string, string>>("./fr/*.json", { eager: true, import: "default" }));
