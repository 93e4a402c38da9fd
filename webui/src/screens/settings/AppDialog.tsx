import { Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { createApp, updateApp } from "../../api/apps";
import type { NewOAuthApp, OAuthApp } from "../../api/schema";
import { useT } from "../../i18n";
import { FormDialog } from "./FormDialog";
import { ScopeChooser } from "./ScopeChooser";

interface Props {
  /** One that is there; a new one otherwise. */
  app?: OAuthApp;
  close: () => void;
  made?: (app: NewOAuthApp) => void;
}

export default function AppDialog({ app, close, made }: Props) {
  const t = useT("settings");
  const [name, setName] = useState(app?.name ?? "");
  const [addresses, setAddresses] = useState(app?.redirectUris.join("\n") ?? "");
  const [scopes, setScopes] = useState<ReadonlySet<string>>(new Set(app?.scopes));
  const [publicKey, setKey] = useState("");
  const form = { name: name.trim(), redirectUris: addresses.split(/\s+/).filter(Boolean), scopes: [...scopes] };
  const act = async () => {
    if (app === undefined) return made?.(await createApp({ ...form, publicKey }));
    await updateApp(app.id, { ...form, ...(publicKey.trim() ? { publicKey } : {}) });
    close();
  };
  // without any it may ask for all, so that none is more than some
  const isLess = app !== undefined && scopes.size > 0 && (app.scopes.length === 0 || app.scopes.some((one) => !scopes.has(one)));
  return (
    <FormDialog title={app ? t("editTitle", { name: app.name }) : t("newApp")} verb={app ? t("common:save") : t("create")} size="lg" act={act} close={close} done={() => undefined}>
      {(about) => (
        <>
          <TextInput
            data-autofocus
            label={t("name")}
            description={t("appNameText")}
            value={name}
            error={about("name")}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Textarea
            label={t("redirects")}
            description={t("redirectsText")}
            inputMode="url"
            autosize
            minRows={2}
            maxRows={6}
            value={addresses}
            error={about("redirectUris")}
            onChange={(event) => setAddresses(event.currentTarget.value)}
          />
          <ScopeChooser
            chosen={scopes}
            change={setScopes}
            description={scopes.size === 0 ? t("appScopesText") : isLess ? t("appScopesLess") : undefined}
            error={about("scopes")}
          />
          <Textarea
            label={t("publicKey")}
            description={t(app?.hasPublicKey ? "publicKeyThere" : "publicKeyText")}
            autosize
            minRows={1}
            maxRows={6}
            value={publicKey}
            error={about("publicKey")}
            onChange={(event) => setKey(event.currentTarget.value)}
          />
        </>
      )}
    </FormDialog>
  );
}
