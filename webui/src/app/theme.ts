import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from "@mantine/core";

const spruce: MantineColorsTuple = [
  "#e7f5f1",
  "#d2ebe4",
  "#a5d7cb",
  "#76c3b1",
  "#50b29b",
  "#35a58c",
  "#1f8f78",
  "#137b66",
  "#0b6959",
  "#07564a",
];
const gray: MantineColorsTuple = [
  "#f7f8f7",
  "#f0f2f1",
  "#e4e8e6",
  "#d5dbd8",
  "#bcc4c1",
  "#97a19d",
  "#68736f",
  "#4d5754",
  "#353d3b",
  "#222827",
];
/** The list itself scrolls, not an element in it that keys cannot reach. */
const list = { defaultProps: { withScrollArea: false }, styles: { options: { maxHeight: 240, overflowX: "hidden", overflowY: "auto" }, option: { overflowWrap: "anywhere" } } } as const;
const dark: MantineColorsTuple = [
  "#dfe5e3",
  "#b8c1be",
  "#97a29e",
  "#68736f",
  "#434d4a",
  "#323a38",
  "#232a28",
  "#191f1d",
  "#121715",
  "#0c100f",
];

/** Shade 8 of every color carries white text in both schemes; `autoContrast` does the rest. */
export const theme = createTheme({
  primaryColor: "spruce",
  primaryShade: { light: 8, dark: 8 },
  autoContrast: true,
  luminanceThreshold: 0.35,
  colors: { spruce, gray, dark },
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  fontFamily: 'Inter, "Segoe UI Variable", "Segoe UI", system-ui, -apple-system, "Noto Sans", "Noto Sans CJK JP", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "Cascadia Mono", "SF Mono", Menlo, Consolas, monospace',
  components: {
    // its extra element is none that a menu may contain
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
    // an element without a role may not have a name
    Loader: { defaultProps: { role: "status" } },
    Select: list,
    MultiSelect: list,
    Modal: { defaultProps: { overlayProps: { backgroundOpacity: 0.35 } } },
  },
  headings: { fontWeight: "650" },
});

/** Mantine's defaults for secondary text miss WCAG AA on our grounds. */
export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-body": "#ffffff",
    "--mantine-color-text": "#1d2422",
    "--mantine-color-dimmed": "#5a6561",
    "--mantine-color-placeholder": "#68736f",
    "--mantine-color-error": "#b3261e",
    "--mantine-color-anchor": "#0b6959",
    "--mantine-color-yellow-light-color": "#8a5200",
    "--ground": "#f4f6f5",
    "--ground-raised": "#ffffff",
    "--ground-sunken": "#eaeeec",
    "--line": "#dfe5e2",
    "--accent": "#0b6959",
    "--accent-soft": "#e1f1ec",
    "--danger": "#b3261e",
    "--danger-soft": "#fbe9e7",
    "--warning": "#8a5200",
    "--warning-soft": "#fdf0d9",
    "--plot-created": "#8fcbbd",
    "--plot-closed": "#b0642a",
    "--shadow-card": "0 1px 2px rgb(20 40 35 / 6%), 0 1px 1px rgb(20 40 35 / 4%)",
    "--shadow-lifted": "0 6px 20px rgb(20 40 35 / 14%)",
  },
  dark: {
    "--mantine-color-body": "#191f1d",
    "--mantine-color-text": "#dfe5e3",
    "--mantine-color-dimmed": "#a0aca7",
    "--mantine-color-placeholder": "#8f9b97",
    "--mantine-color-error": "#ff9d94",
    "--mantine-color-anchor": "#76c3b1",
    "--ground": "#121715",
    "--ground-raised": "#1d2422",
    "--ground-sunken": "#161c1a",
    "--line": "#2e3734",
    "--accent": "#76c3b1",
    "--accent-soft": "#17332c",
    "--danger": "#ff9d94",
    "--danger-soft": "#3d1f1c",
    "--warning": "#f0bd6a",
    "--warning-soft": "#372a12",
    "--plot-created": "#2c7565",
    "--plot-closed": "#e2a35f",
    "--shadow-card": "0 1px 2px rgb(0 0 0 / 35%)",
    "--shadow-lifted": "0 8px 24px rgb(0 0 0 / 50%)",
  },
});
