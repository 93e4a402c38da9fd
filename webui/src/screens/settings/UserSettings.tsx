import { NativeSelect } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ownerName } from "../../api/owners";
import type { SignInLink } from "../../api/schema";
import type { User } from "../../api/session";
import { createUserLink, inviteUser, updateUser, useUsers } from "../../api/users";
import { useSigned } from "../../app/useSession";
import { useT } from "../../i18n";
import { Empty } from "../../parts/Empty";
import { formatDateTime } from "../../parts/format";
import { curlOf } from "../../parts/terminal";
import { When } from "../../parts/When";
import { FormDialog } from "./FormDialog";
import { IconButton } from "./IconButton";
import { ListTable } from "./ListTable";
import { Loaded } from "./Loaded";
import { NewButton } from "./NewButton";
import { PersonFields } from "./PersonFields";
import { Secret } from "./Secret";
import classes from "./Settings.module.css";
import { SettingsFrame } from "./SettingsFrame";

const ROLES = ["admin", "agent", "read-only"] as const;
type Opened =
  | { what: "invite" }
  | { what: "disable"; user: User }
  | { what: "link"; name: string; link: SignInLink }
  | undefined;

/** Who can sign in, and as what. */
export default function UserSettings() {
  const t = useT("settings");
  const query = useUsers();
  const cache = useQueryClient();
  const [opened, setOpened] = useState<Opened>();
  const refresh = () => {
    void cache.invalidateQueries({ queryKey: ["users"] });
    void cache.invalidateQueries({ queryKey: ["owners"] });
  };
  const close = () => (setOpened(undefined), refresh());
  const change = useMutation({
    mutationFn: ({ id, ...changes }: { id: string; role?: User["role"]; disabled?: boolean }) => updateUser(id, changes),
    onSettled: refresh,
  });
  const linking = useMutation({
    mutationFn: (user: User) => createUserLink(user.id),
    onSuccess: ({ link }, user) => setOpened({ what: "link", name: ownerName(nameOf(user)), link }),
  });
  const make = <NewButton label={t("invite")} onClick={() => setOpened({ what: "invite" })} />;
  return (
    <SettingsFrame
      section="users"
      actions={query.data?.length !== 0 && make}
    >
      <Loaded query={query}>
        {(users) =>
          users.length === 0 ? (
            <Empty icon="person" title={t("noUsers")} text={t("noUsersText")} curl={curlOf("/spokedesk/v1/users", { body: EXAMPLE })}>
              {make}
            </Empty>
          ) : (
          <ListTable columns={[t("name"), t("role"), t("state"), t("lastSignIn")]}>
            {users.map((user) => (
              <UserRow
                key={user.id}
                user={user}
                changeRole={(role) => change.mutate({ id: user.id, role })}
                enable={() => change.mutate({ id: user.id, disabled: false })}
                disable={() => setOpened({ what: "disable", user })}
                makeLink={() => linking.mutate(user)}
              />
            ))}
          </ListTable>
          )
        }
      </Loaded>
      {opened?.what === "invite" && (
        <InviteDialog
          close={() => setOpened(undefined)}
          invited={(user, link) => setOpened({ what: "link", name: ownerName(nameOf(user)), link })}
        />
      )}
      {opened?.what === "link" && (
        <Secret
          title={t("linkTitle", { name: opened.name })}
          text={t("linkText", { until: formatDateTime(opened.link.expiresAt) })}
          secret={location.origin + opened.link.path}
          close={close}
        />
      )}
      {opened?.what === "disable" && (
        <FormDialog
          title={t("disableTitle", { name: ownerName(nameOf(opened.user)) })}
          verb={t("disable")}
          danger
          act={() => updateUser(opened.user.id, { disabled: true })}
          close={close}
        >
          {t("disableText")}
        </FormDialog>
      )}
    </SettingsFrame>
  );
}

const EXAMPLE = { email: "ada@example.com", firstName: "Ada", lastName: "Byron", role: "agent" };
const nameOf = (user: User) => ({ firstName: user.firstName ?? "", lastName: user.lastName ?? "", email: user.email });

interface RowProps {
  user: User;
  changeRole: (role: User["role"]) => void;
  enable: () => void;
  disable: () => void;
  makeLink: () => void;
}

function UserRow({ user, changeRole, enable, disable, makeLink }: RowProps) {
  const t = useT("settings");
  const me = useSigned().user.id;
  const name = ownerName(nameOf(user));
  const disabled = user.state === "disabled";
  const tones = { active: "good", invited: "warn", disabled: undefined };
  return (
    <tr data-ended={disabled || undefined}>
      <td>
        <b data-value>{name}</b> {user.id === me && <span className={classes.badge}>{t("you")}</span>}
        <div className={classes.subtle} data-value>
          {user.email}
        </div>
      </td>
      <td>
        <NativeSelect
          size="xs"
          w={150}
          aria-label={t("roleOf", { name })}
          disabled={disabled}
          value={user.role}
          data={ROLES.map((value) => ({ value, label: t(`common:role-${value}`) }))}
          onChange={(event) => changeRole(event.currentTarget.value as User["role"])}
        />
      </td>
      <td>
        <span className={classes.badge} data-tone={tones[user.state]}>
          {t(`user-${user.state}`)}
        </span>
      </td>
      <td>
        <When at={user.lastSignInAt} />
      </td>
      <td>
        <div className={classes.row}>
          {!disabled && <IconButton icon="link" label={t("makeLinkFor", { name })} onClick={makeLink} />}
          {disabled ? (
            <IconButton icon="restore" label={t("enableOf", { name })} onClick={enable} />
          ) : (
            <IconButton icon="close" danger label={t("disableOf", { name })} onClick={disable} />
          )}
        </div>
      </td>
    </tr>
  );
}

function InviteDialog({ close, invited }: { close: () => void; invited: (user: User, link: SignInLink) => void }) {
  const t = useT("settings");
  const [form, setForm] = useState({ email: "", firstName: "", lastName: "", role: "agent" as User["role"] });
  return (
    <FormDialog
      title={t("invite")}
      verb={t("makeInvitation")}
      act={() => inviteUser(form)}
      close={close}
      done={(made) => invited(made.user as User, made.link)}
    >
      {(about) => (
        <>
          <PersonFields person={form} change={(changes) => setForm({ ...form, ...changes })} about={about} />
          <NativeSelect
            label={t("role")}
            description={t(`roleText-${form.role}`)}
            value={form.role}
            data={ROLES.map((value) => ({ value, label: t(`common:role-${value}`) }))}
            onChange={(event) => setForm({ ...form, role: event.currentTarget.value as User["role"] })}
          />
        </>
      )}
    </FormDialog>
  );
}
