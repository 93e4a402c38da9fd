import { createContext } from "react";

/** Opens the dialog for a new record of a type; the frame around every page gives it. */
export const Creating = createContext<(objectType: string) => void>(() => undefined);
