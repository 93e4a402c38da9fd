import { collect } from "./collect";

export default collect(import.meta.glob<Record<string, string>>("./de/*.json", { eager: true, import: "default" }));
