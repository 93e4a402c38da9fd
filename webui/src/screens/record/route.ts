import type { ScreenRoute } from "../../app/routes";

const load = () => import("./Record");

export const routes: ScreenRoute[] = [
  { path: "/tickets/:id", load },
  { path: "/contacts/:id", load },
  { path: "/companies/:id", load },
];
