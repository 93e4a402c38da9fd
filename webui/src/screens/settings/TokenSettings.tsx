import { Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import type { NewPrivateToken, PrivateToken } from "../../api/schema";
import { revokeToken, useTokens } from "../../api/tokens";
import { useT } from "../../i18n";
import { Empty } from "../../parts/Empty";
import { curlOf } from "../../parts/terminal";
import { When } from "../../parts/When";
import { FormDialog } from "./FormDialog";
import { IconButton } from "./IconButton";
import { ListTable } from "./ListTable";
import { Loaded } from "./Loaded";
import { NewButton } from "./NewButton";
import { ScopeList } from "./ScopeList";
import { Secret } from "./Secret";
import classes from "./Settings.module.css";
import { SettingsFrame } from "./SettingsFrame";

const TokenDialog = lazy(() => import("./TokenDialog"));
type Opened = { what: "new" } | { what: "made"; token: NewPrivateToken } | { what: "revoke"; token: PrivateToken } | undefined;

/** Tokens of private apps. */
export default function TokenSettings() {
  const t = useT("settings");
  const query = useTokens();
  const cache = useQueryClient();
  const [opened, setOpened] = useState<Opened>();
  const close = () => (setOpened(undefined), void cache.invalidateQueries({ queryKey: ["tokens"] }));
  const make = <NewButton label={t("newToken")} onClick={() => setOpened({ what: "new" })} />;
  return (
    <SettingsFrame section="tokens" actions={(query.data?.results.length ?? 0) > 0 && make}>
      <Loaded query={query}>
        {({ results: tokens }) =>
          tokens.length === 0 ? (
            <Empty icon="key" title={t("noTokens")} text={t("noTokensText")} curl={curlOf("/spokedesk/v1/tokens", { body: EXAMPLE })}>
              {make}
            </Empty>
          ) : (
            <ListTable columns={[t("name"), t("ending"), t("scopes"), t("created"), t("state")]}>
              {tokens.map((token) => (
                <TokenRow key={token.id} token={token} revoke={() => setOpened({ what: "revoke", token })} />
              ))}
            </ListTable>
          )
        }
      </Loaded>
      {opened?.what === "new" && (
        <Suspense fallback={null}>
          <TokenDialog close={() => setOpened(undefined)} made={(token) => setOpened({ what: "made", token })} />
        </Suspense>
      )}
      {opened?.what === "made" && (
        <Secret title={t("tokenMade", { name: opened.token.name })} text={t("shownOnce")} secret={opened.token.token} close={close}>
          <Text size="sm" c="dimmed">
            {t("tryIt")}
          </Text>
          <div className={classes.secret}>
            <code data-value>{curlOf("/spokedesk/v1/me").replace("$TOKEN", opened.token.token)}</code>
          </div>
        </Secret>
      )}
      {opened?.what === "revoke" && (
        <FormDialog
          title={t("revokeTitle", { name: opened.token.name })}
          verb={t("revoke")}
          danger
          act={() => revokeToken(opened.token.id)}
          close={close}
        >
          {t("revokeText")}
        </FormDialog>
      )}
    </SettingsFrame>
  );
}

const EXAMPLE = { name: "Billing", scopes: ["tickets"] };

function TokenRow({ token, revoke }: { token: PrivateToken; revoke: () => void }) {
  const t = useT("settings");
  const ended = token.revokedAt !== undefined;
  return (
    <tr data-ended={ended || undefined}>
      <td>
        <b data-value>{token.name}</b>
      </td>
      <td>
        <code data-value>…{token.hint}</code>
      </td>
      <td>
        <ScopeList scopes={token.scopes} />
      </td>
      <td>
        <When at={token.createdAt} style="date" />
      </td>
      <td>
        <span className={classes.badge} data-tone={ended ? undefined : "good"}>
          {ended ? t("revoked") : t("active")}
          {ended && <When at={token.revokedAt} />}
        </span>
      </td>
      <td>{!ended && <IconButton icon="bin" danger label={t("revokeOf", { name: token.name })} onClick={revoke} />}</td>
    </tr>
  );
}
