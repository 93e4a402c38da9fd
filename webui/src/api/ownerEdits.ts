/** Owners as admins see them: archived ones too, and changes. */
import { useQuery } from "@tanstack/react-query";
import { api } from "./client";
import type { Owner, OwnerPage } from "./schema";

const PAGE = 500;

async function listAll(archived: boolean, signal: AbortSignal): Promise<Owner[]> {
  const found: Owner[] = [];
  let after: string | undefined;
  do {
    const page = await api<OwnerPage>("/crm/v3/owners", { query: { limit: PAGE, after, archived }, signal });
    found.push(...page.results);
    after = page.paging?.next?.after;
  } while (after !== undefined);
  return found;
}

export const useEveryOwner = () =>
  useQuery({
    queryKey: ["owners", "every"],
    queryFn: async ({ signal }) => [...(await listAll(false, signal)), ...(await listAll(true, signal))],
  });

export interface OwnerForm {
  email: string;
  firstName: string;
  lastName: string;
}

export const createOwner = (form: OwnerForm & { type: string }) =>
  api<Owner>("/spokedesk/v1/owners", { method: "POST", body: form });

export const updateOwner = (id: string, changes: Partial<OwnerForm> & { archived?: boolean }) =>
  api<Owner>(`/spokedesk/v1/owners/${id}`, { method: "PATCH", body: changes });
