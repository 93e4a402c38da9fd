import type { ScreenRoute } from "../../app/routes";

const load = () => import("./Board");

export const routes: ScreenRoute[] = [
  { path: "/board", load, navigation: { to: "/board", label: "board:navigation", icon: "board", order: 20, key: "b" } },
  { path: "/board/:pipelineId", load },
];
