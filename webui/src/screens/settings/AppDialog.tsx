import { Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { createApp } from "../../api/apps";
import type { NewOAuthApp } from "../../api/schema";
import { useT } from "../../i18n";
import { FormDialog } from "./FormDialog";
import { ScopeChooser } from "./ScopeChooser";

interface Props {
  close: () => void;
  made: (app: NewOAuthApp) => void;
}

export default function AppDialog({ close, made }: Props) {
  const t = useT("settings");
  const [name, setName] = useState("");
  const [addresses, setAddresses] = useState("");
  const [scopes, setScopes] = useState<ReadonlySet<string>>(new Set());
  const [publicKey, setKey] = useState("");
  const act = () =>
    createApp({ name: name.trim(), redirectUris: addresses.split(/\s+/).filter(Boolean), scopes: [...scopes], publicKey });
  return (
    <FormDialog title={t("newApp")} verb={t("create")} size="lg" act={act} close={close} done={made}>
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
            description={scopes.size === 0 ? t("appScopesText") : undefined}
            error={about("scopes")}
          />
          <Textarea
            label={t("publicKey")}
            description={t("publicKeyText")}
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
