import { Button, Loader, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import type { NewPrivateToken, PrivateToken } from "../../api/schema";
import { revokeToken, useTokens } from "../../api/tokens";
import { useT } from "../../i18n";
import { Empty } from "../../parts/Empty";
import { Failed } from "../../parts/Failed";
import { Icon } from "../../parts/Icon";
import { When } from "../../parts/When";
import { FormDialog } from "./FormDialog";
import { IconButton } from "./IconButton";
import { Secret } from "./Secret";
import classes from "./Settings.module.css";
import { SettingsFrame } from "./SettingsFrame";

const TokenDialog = lazy(() => import("./TokenDialog"));
type Opened = { what: "new" } | { what: "made"; token: NewPrivateToken } | { what: "revoke"; token: PrivateToken } | undefined;

/** Tokens of private apps. */
export default function TokenSettings() {
  const t = useT("settings");
  const { data, error, refetch } = useTokens();
  const cache = useQueryClient();
  const [opened, setOpened] = useState<Opened>();
  const close = () => (setOpened(undefined), void cache.invalidateQueries({ queryKey: ["tokens"] }));
  const tokens = data?.results ?? [];
  const make = (
    <Button leftSection={<Icon name="plus" size={16} />} onClick={() => setOpened({ what: "new" })}>
      {t("newToken")}
    </Button>
  );
  return (
    <SettingsFrame section="tokens" actions={tokens.length > 0 && make}>
      {error !== null && <Failed error={error} retry={() => void refetch()} />}
      {data === undefined && error === null && <Loader aria-label={t("common:loading")} />}
      {data !== undefined && tokens.length === 0 && (
        <Empty icon="key" title={t("noTokens")} text={t("noTokensText")} curl={curlOf(TO_CREATE)}>
          {make}
        </Empty>
      )}
      {tokens.length > 0 && (
        <div className={classes.scroller}>
          <table className={classes.table}>
            <thead>
              <tr>
                <th scope="col">{t("name")}</th>
                <th scope="col">{t("ending")}</th>
                <th scope="col">{t("scopes")}</th>
                <th scope="col">{t("created")}</th>
                <th scope="col">{t("state")}</th>
                <th scope="col">
                  <span className="visually-hidden">{t("actions")}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {tokens.map((token) => (
                <TokenRow key={token.id} token={token} revoke={() => setOpened({ what: "revoke", token })} />
              ))}
            </tbody>
          </table>
        </div>
      )}
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
            <code data-value>{curlOf("", opened.token.token)}</code>
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

const TO_CREATE = `-X POST -H 'content-type: application/json' -d '{"name":"Billing","scopes":["tickets"]}'`;
const curlOf = (rest: string, token = "$TOKEN") =>
  rest
    ? `curl ${rest} -H "Authorization: Bearer ${token}" ${location.origin}/spokedesk/v1/tokens`
    : `curl -H "Authorization: Bearer ${token}" ${location.origin}/spokedesk/v1/me`;

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
        <details>
          <summary>{t("scopeCount", { count: token.scopes.length })}</summary>
          <div className={classes.subtle} data-value>
            {token.scopes.join(", ")}
          </div>
        </details>
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
