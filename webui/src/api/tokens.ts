import { useQuery } from "@tanstack/react-query";
import { api } from "./client";
import type { NewPrivateToken, PrivateTokenList } from "./schema";

/** Tokens of private apps, also those that were revoked. */
export const useTokens = () =>
  useQuery({ queryKey: ["tokens"], queryFn: ({ signal }) => api<PrivateTokenList>("/spokedesk/v1/tokens", { signal }) });

/** Every scope that a token can have. */
export const useScopes = () =>
  useQuery({
    queryKey: ["scopes"],
    queryFn: ({ signal }) => api<{ results: { name: string }[] }>("/spokedesk/v1/scopes", { signal }),
    staleTime: Infinity,
  });

export const createToken = (name: string, scopes: string[]) =>
  api<NewPrivateToken>("/spokedesk/v1/tokens", { method: "POST", body: { name, scopes } });

export const revokeToken = (id: string) => api<undefined>(`/spokedesk/v1/tokens/${id}`, { method: "DELETE" });
