import { useQuery } from "@tanstack/react-query";
import { api } from "./client";
import type { NewSignInLink, NewUser, Paging } from "./schema";
import type { User } from "./session";

interface UserPage {
  results: User[];
  paging?: Paging;
}

async function listUsers(signal: AbortSignal): Promise<User[]> {
  const found: User[] = [];
  let after: string | undefined;
  do {
    const page = await api<UserPage>("/spokedesk/v1/users", { query: { limit: 100, after }, signal });
    found.push(...page.results);
    after = page.paging?.next?.after;
  } while (after !== undefined);
  return found;
}

/** Everybody who can sign in, could, or was invited to. */
export const useUsers = () => useQuery({ queryKey: ["users"], queryFn: ({ signal }) => listUsers(signal) });

export interface UserForm {
  email: string;
  firstName: string;
  lastName: string;
  role: User["role"];
}

export const inviteUser = (form: UserForm) => api<NewUser>("/spokedesk/v1/users", { method: "POST", body: form });

export const updateUser = (id: string, changes: Partial<Omit<UserForm, "email">> & { disabled?: boolean }) =>
  api<User>(`/spokedesk/v1/users/${id}`, { method: "PATCH", body: changes });

export const createUserLink = (id: string) => api<NewSignInLink>(`/spokedesk/v1/users/${id}/link`, { method: "POST" });
