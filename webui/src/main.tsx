import { setNonce } from "get-nonce";
import { createRoot } from "react-dom/client";
import "./app/styles";
import { App } from "./app/App";
import { resume } from "./api/session";
import { applyPreferences } from "./app/preferences";
import { beginToLoad } from "./app/routes";

// style elements that libraries make at run time carry the nonce of the page's policy
setNonce(document.querySelector<HTMLMetaElement>('meta[name="style-nonce"]')?.content ?? "");

// what the page will ask for first is on its way while texts are loaded and before anything is drawn
const isDoor = location.pathname === "/sign-in";
const next = isDoor ? (new URLSearchParams(location.search).get("next") ?? "/") : location.pathname;
beginToLoad(next.split("?")[0]!);
// an invitation is for somebody else than who is signed in here; what fails is told by the page, which asks again
if (!isDoor || !location.hash) void resume().catch(() => undefined);

await applyPreferences();
createRoot(document.getElementById("root")!).render(<App />);
