import type { Record as Row } from "../../api/schema";
import { plain } from "../record/plain";

/** Types that people archive, with the properties that make their names. */
export const NAMES: { [objectType: string]: string[] } = {
  tickets: ["subject"],
  contacts: ["firstname", "lastname", "email"],
  companies: ["name"],
  deals: ["dealname"],
  notes: ["hs_note_body"],
  emails: ["hs_email_subject"],
  calls: ["hs_call_title"],
  meetings: ["hs_meeting_title"],
  tasks: ["hs_task_subject"],
};
export const TYPES = Object.keys(NAMES);
/** Always offered; the others when something of them lies here. */
export const MAIN = ["tickets", "contacts", "companies"];

export function nameOf(objectType: string, row: Row): string {
  const values = NAMES[objectType]!.map((name) => row.properties[name]).filter((value): value is string => Boolean(value));
  if (objectType === "contacts") return values.slice(0, values.length > 1 ? -1 : 1).join(" ");
  const name = values.join(" ");
  return objectType === "notes" ? plain(name) : name; // only bodies are HTML: "<b>" in a subject is what somebody wrote
}
