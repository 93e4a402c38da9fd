import { collect } from "./collect";

export default collect(import.meta.glob<Record<string, string>>("./ja/*.json", { eager: true, import: "default" }));
