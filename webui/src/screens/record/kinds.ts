/** What the record page shows of each object type. */
import type { Record as Row } from "../../api/schema";
import type { IconName } from "../../parts/Icon";

export interface Kind {
  icon: IconName;
  /** Properties that make the title, joined. */
  title: string[];
  /** What tells records with the same title apart. */
  detail: string | undefined;
  /** Shown first, in this order. */
  main: string[];
  /** Types of records that stand beside it. */
  linked: string[];
  /** The property whose changes are part of the timeline. */
  stage: string;
}

export const KINDS: { [objectType: string]: Kind } = {
  tickets: {
    icon: "table",
    title: ["subject"],
    detail: undefined,
    main: [
      ...["subject", "hs_pipeline", "hs_pipeline_stage", "hs_ticket_priority", "hubspot_owner_id"],
      ...["hs_ticket_category", "source_type", "content", "createdate", "closed_date"],
    ],
    linked: ["contacts", "companies", "deals", "tickets"],
    stage: "hs_pipeline_stage",
  },
  contacts: {
    icon: "person",
    title: ["firstname", "lastname"],
    detail: "email",
    main: [
      ...["firstname", "lastname", "email", "phone", "mobilephone", "jobtitle", "company"],
      ...["hubspot_owner_id", "lifecyclestage", "createdate"],
    ],
    linked: ["companies", "tickets", "deals"],
    stage: "lifecyclestage",
  },
  companies: {
    icon: "company",
    title: ["name"],
    detail: "domain",
    main: [
      ...["name", "domain", "phone", "website", "industry", "city", "country"],
      ...["hubspot_owner_id", "lifecyclestage", "description", "createdate"],
    ],
    linked: ["contacts", "tickets", "deals", "companies"],
    stage: "lifecyclestage",
  },
  deals: { icon: "bookmark", title: ["dealname"], detail: "amount", main: [], linked: [], stage: "dealstage" },
};

/** Object types that have a page of their own. */
export const PAGES = ["tickets", "contacts", "companies"];

export const shownOf = (objectType: string): string[] => {
  const { title, detail } = KINDS[objectType]!;
  return [...title, ...(detail === undefined ? [] : [detail]), ...(objectType === "contacts" ? ["email"] : []), ...(objectType === "tickets" ? ["hs_pipeline_stage"] : [])];
};

/** What a record is called; empty when nobody gave it a name. */
export function titleOf(objectType: string, row: Row | undefined): string {
  const names = KINDS[objectType]!.title.map((name) => row?.properties[name]).filter(Boolean);
  return names.join(" ") || row?.properties["email"] || "";
}
