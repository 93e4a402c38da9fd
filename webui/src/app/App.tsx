import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { BrowserRouter, Route, Routes } from "react-router";
import { NotFound } from "./NotFound";
import { Notices } from "./notices";
import { PageFailed } from "./PageFailed";
import { queries } from "./queries";
import { pages } from "./routes";
import { Shell } from "./Shell";
import { theme, variables } from "./theme";

const SignIn = lazy(() => import("./SignIn"));
const nonce = document.querySelector<HTMLMetaElement>('meta[name="style-nonce"]')?.content ?? "";

export function App() {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={variables} defaultColorScheme="auto" deduplicateCssVariables={false} getStyleNonce={() => nonce}>
      <QueryClientProvider client={queries}>
        <PageFailed>
          <BrowserRouter>
            <Suspense fallback={null}>
            <Routes>
              <Route path="/sign-in" Component={SignIn} />
              <Route path="/" Component={Shell}>
                {pages.map(({ path, Component }) => (
                  <Route key={path} path={path} Component={Component} />
                ))}
                <Route path="*" Component={NotFound} />
              </Route>
            </Routes>
            </Suspense>
          </BrowserRouter>
        </PageFailed>
        <Notices />
      </QueryClientProvider>
    </MantineProvider>
  );
}
