import { setNonce } from "get-nonce";
import { createRoot } from "react-dom/client";
import "./app/styles";
import { App } from "./app/App";
import { applyPreferences } from "./app/preferences";

// style elements that libraries make at run time carry the nonce of the page's policy
setNonce(document.querySelector<HTMLMetaElement>('meta[name="style-nonce"]')?.content ?? "");

await applyPreferences();
createRoot(document.getElementById("root")!).render(<App />);
