/** The same from a terminal. */
import type { Pipeline } from "../api/schema";

interface Call {
  method?: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  body?: unknown;
}

/** In single quotes for a shell, whatever is in it. */
export const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

/** A line that calls this server. The token is in it by the name of a variable only, as is what only who types it knows. */
export function curlOf(path: string, { method, body }: Call = {}): string {
  const words = ["curl"];
  if (method !== undefined && method !== (body === undefined ? "GET" : "POST")) words.push("-X", method);
  words.push(`"${location.origin}${path}"`, '-H "Authorization: Bearer $TOKEN"');
  if (body !== undefined) words.push('-H "Content-Type: application/json"', "-d", quoted(JSON.stringify(body)));
  return words.join(" ");
}

const EXAMPLES: { [objectType: string]: { [name: string]: string } } = {
  tickets: { subject: "Printer on fire" },
  contacts: { email: "ada@example.com", firstname: "Ada" },
  companies: { name: "Example Ltd", domain: "example.com" },
};

/** A line that creates a record of a type; a ticket in the first stage of a pipeline. */
export function curlOfNew(objectType: string, pipeline?: Pipeline): string {
  const place = pipeline && { hs_pipeline: pipeline.id, hs_pipeline_stage: pipeline.stages[0]?.id };
  return curlOf(`/crm/v3/objects/${objectType}`, { body: { properties: { ...EXAMPLES[objectType], ...place } } });
}
