import { TextInput } from "@mantine/core";
import { useState } from "react";
import type { NewPrivateToken } from "../../api/schema";
import { createToken } from "../../api/tokens";
import { useT } from "../../i18n";
import { FormDialog } from "./FormDialog";
import { ScopeChooser } from "./ScopeChooser";

interface Props {
  close: () => void;
  made: (token: NewPrivateToken) => void;
}

export default function TokenDialog({ close, made }: Props) {
  const t = useT("settings");
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<ReadonlySet<string>>(new Set());
  return (
    <FormDialog title={t("newToken")} verb={t("create")} size="lg" act={() => createToken(name.trim(), [...scopes])} close={close} done={made}>
      {(about) => (
        <>
          <TextInput data-autofocus label={t("name")} value={name} error={about("name")} onChange={(event) => setName(event.currentTarget.value)} />
          <ScopeChooser chosen={scopes} change={setScopes} error={about("scopes")} />
        </>
      )}
    </FormDialog>
  );
}
