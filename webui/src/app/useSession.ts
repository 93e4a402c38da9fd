import { useSyncExternalStore } from "react";
import { currentSession, subscribe, type Signed } from "../api/session";

export const useSession = () => useSyncExternalStore(subscribe, currentSession);

/** Inside of the shell, where somebody is signed in. */
export function useSigned(): Signed {
  const session = useSession();
  if (session.state !== "in") throw new Error("nobody is signed in");
  return session;
}

export const useScope = (scope: string): boolean => {
  const session = useSession();
  return session.state === "in" && session.scopes.has(scope);
};

export const ADMIN = "spokedesk.admin";

/** Whether who is signed in may change records of a type. */
export function useMayWrite(objectType: string): boolean {
  const session = useSession();
  if (session.state !== "in") return false;
  const names = [`crm.objects.${objectType}.write`, ...(objectType === "tickets" ? ["tickets"] : [])];
  return names.some((name) => session.scopes.has(name));
}
