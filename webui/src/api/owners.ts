import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { api } from "./client";
import type { Owner, OwnerPage } from "./schema";

const PAGE = 500;

export const ownerName = (owner: Pick<Owner, "firstName" | "lastName" | "email">): string =>
  [owner.firstName, owner.lastName].filter(Boolean).join(" ") || (owner.email ?? "");

async function listOwners(signal: AbortSignal): Promise<Owner[]> {
  const found: Owner[] = [];
  let after: string | undefined;
  do {
    const page = await api<OwnerPage>("/crm/v3/owners", { query: { limit: PAGE, after }, signal });
    found.push(...page.results);
    after = page.paging?.next?.after;
  } while (after !== undefined);
  return found;
}

/** Every owner of the account, by name. */
export function useOwners() {
  const { data } = useQuery({ queryKey: ["owners"], queryFn: ({ signal }) => listOwners(signal), staleTime: 300_000 });
  return useMemo(() => {
    const owners = [...(data ?? [])].sort((one, other) => ownerName(one).localeCompare(ownerName(other)));
    return { owners, byId: new Map(owners.map((owner) => [String(owner.id), owner])) };
  }, [data]);
}
