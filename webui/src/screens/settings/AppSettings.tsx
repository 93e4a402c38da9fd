import { Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { Link } from "react-router";
import { revokeApp, useApps } from "../../api/apps";
import type { NewOAuthApp, OAuthApp } from "../../api/schema";
import { useT } from "../../i18n";
import { Empty } from "../../parts/Empty";
import { Icon } from "../../parts/Icon";
import { curlOf } from "../../parts/terminal";
import { When } from "../../parts/When";
import { FormDialog } from "./FormDialog";
import { IconButton } from "./IconButton";
import { Id } from "./Id";
import { ListTable } from "./ListTable";
import { Loaded } from "./Loaded";
import { NewButton } from "./NewButton";
import { ScopeList } from "./ScopeList";
import { Secret } from "./Secret";
import classes from "./Settings.module.css";
import { SettingsFrame } from "./SettingsFrame";

const AppDialog = lazy(() => import("./AppDialog"));
type Opened = { what: "new" } | { what: "made"; app: NewOAuthApp } | { what: "edit" | "revoke"; app: OAuthApp } | undefined;

/** Programs that people may give access to the account by OAuth. */
export default function AppSettings() {
  const t = useT("settings");
  const query = useApps();
  const cache = useQueryClient();
  const [opened, setOpened] = useState<Opened>();
  const close = () => (setOpened(undefined), void cache.invalidateQueries({ queryKey: ["apps"] }));
  const make = <NewButton label={t("newApp")} onClick={() => setOpened({ what: "new" })} />;
  return (
    <SettingsFrame section="apps" actions={(query.data?.results.length ?? 0) > 0 && make}>
      <Loaded query={query}>
        {({ results: apps }) =>
          apps.length === 0 ? (
            <Empty icon="table" title={t("noApps")} text={t("noAppsText")} curl={curlOf("/spokedesk/v1/apps", { body: EXAMPLE })}>
              {make}
            </Empty>
          ) : (
            <ListTable columns={[t("name"), t("redirects"), t("scopes"), t("created"), t("state")]}>
              {[...apps].sort(activeFirst).map((app) => (
                <AppRow key={app.id} app={app} open={(what) => setOpened({ what, app })} />
              ))}
            </ListTable>
          )
        }
      </Loaded>
      {opened?.what === "new" && (
        <Suspense fallback={null}>
          <AppDialog close={() => setOpened(undefined)} made={(app) => setOpened({ what: "made", app })} />
        </Suspense>
      )}
      {opened?.what === "edit" && (
        <Suspense fallback={null}>
          <AppDialog app={opened.app} close={close} />
        </Suspense>
      )}
      {opened?.what === "made" && (
        <Secret title={t("appMade", { name: opened.app.name })} text={t("secretOnce")} secret={opened.app.clientSecret} close={close}>
          <Text size="sm" c="dimmed">
            {t("clientId")}
          </Text>
          <Id value={opened.app.clientId} />
          <Text size="sm" c="dimmed">
            {t("consentAddress")}
          </Text>
          <Id value={consentOf(opened.app)} />
        </Secret>
      )}
      {opened?.what === "revoke" && (
        <FormDialog title={t("revokeTitle", { name: opened.app.name })} verb={t("revoke")} danger act={() => revokeApp(opened.app.id)} close={close}>
          {t("revokeAppText")}
        </FormDialog>
      )}
    </SettingsFrame>
  );
}

const EXAMPLE = { name: "Portal", redirectUris: ["https://portal.example/back"], scopes: ["tickets"] };

const activeFirst = (one: OAuthApp, other: OAuthApp) => Number(one.revokedAt !== undefined) - Number(other.revokedAt !== undefined);

/** Where a browser is sent to ask for what the app may have. */
function consentOf({ clientId, redirectUris, scopes }: OAuthApp): string {
  const query = new URLSearchParams({
    client_id: clientId,
    redirect_uri: redirectUris[0] ?? "",
    scope: scopes.length > 0 ? scopes.join(" ") : "oauth",
  });
  return `${location.origin}/oauth/authorize?${query.toString()}`;
}

function AppRow({ app, open }: { app: OAuthApp; open: (what: "edit" | "revoke") => void }) {
  const t = useT("settings");
  const ended = app.revokedAt !== undefined;
  return (
    <tr data-ended={ended || undefined} data-app={app.id}>
      <td className={classes.whole}>
        <b data-value>{app.name}</b> {app.hasPublicKey && <span className={classes.badge}>{t("signs")}</span>}
        <div className={classes.subtle}>
          {t("appId")} <Id value={app.id} />
        </div>
        <div className={classes.subtle}>
          {t("clientId")} <Id value={app.clientId} />
        </div>
      </td>
      <td className={classes.clipped}>
        {app.redirectUris.map((uri) => (
          <div key={uri} className={classes.subtle} data-value>
            {uri}
          </div>
        ))}
      </td>
      <td>{app.scopes.length === 0 ? t("anyScope") : <ScopeList scopes={app.scopes} />}</td>
      <td>
        <When at={app.createdAt} style="date" />
      </td>
      <td>
        <span className={classes.badge} data-tone={ended ? undefined : "good"}>
          {ended ? t("revoked") : t("active")}
          {ended && <When at={app.revokedAt} />}
        </span>
      </td>
      <td>
        {!ended && (
          <div className={classes.row}>
            <Link className={classes.icon} to={`/settings/webhooks?app=${app.id}`} aria-label={t("webhooksOf", { name: app.name })} title={t("webhooksOf", { name: app.name })}>
              <Icon name="live" size={16} />
            </Link>
            <IconButton icon="edit" label={t("editOf", { name: app.name })} onClick={() => open("edit")} />
            <IconButton icon="bin" danger label={t("revokeOf", { name: app.name })} onClick={() => open("revoke")} />
          </div>
        )}
      </td>
    </tr>
  );
}
