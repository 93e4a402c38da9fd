import { Button, Divider, Loader, Paper, PasswordInput, Text, TextInput, Title } from "@mantine/core";
import { useEffect, useState, type FormEvent } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { ApiError } from "../api/errors";
import { readLink, readOffer, resume, signIn, signInByLink, signInToDemo, type LinkFacts, type SignInOffer } from "../api/session";
import { useT } from "../i18n";
import { Failed } from "../parts/Failed";
import { Icon } from "../parts/Icon";
import { Logo } from "./Logo";
import classes from "./SignIn.module.css";
import { useSession } from "./useSession";

const LOCAL = /^\/(?![/\\])/;
/** Pages of the server that are not this program's own. */
const OUTSIDE = /^\/oauth\//;

/** A link for a new password comes in the fragment, which no log sees; it does not stay in the address either. */
function takeLink(): string | undefined {
  const link = new URLSearchParams(location.hash.slice(1)).get("link") ?? undefined;
  if (link !== undefined) history.replaceState(history.state, "", location.pathname + location.search);
  return link;
}

export default function SignIn() {
  const t = useT("signin");
  const session = useSession();
  const navigate = useNavigate();
  const [query] = useSearchParams();
  const [link] = useState(takeLink);
  const [offer, setOffer] = useState<SignInOffer>();
  const [failure, setFailure] = useState<unknown>();
  useEffect(() => {
    readOffer().then(setOffer, setFailure);
    if (link === undefined && session.state === "unknown") resume().catch(setFailure);
  }, []);
  useEffect(() => {
    document.title = "Spokedesk";
    if (session.state !== "in") return;
    const next = query.get("next") ?? "/";
    const target = LOCAL.test(next) ? next : "/";
    if (OUTSIDE.test(target)) location.assign(target);
    else void navigate(target, { replace: true });
  }, [session.state, query, navigate]);
  return (
    <main className={classes.page}>
      <Paper className={classes.card}>
        <div className={classes.brand}>
          <Logo size={40} />
          <Title order={1} size="h2">
            {link === undefined ? t("title") : t("linkTitle")}
          </Title>
        </div>
        {query.get("expired") === "1" && (
          <Text className={classes.note} role="status">
            {t("expired")}
          </Text>
        )}
        {failure !== undefined && <Failed error={failure} retry={() => location.reload()} />}
        {offer === undefined ? (
          failure === undefined && <Loader mx="auto" aria-label={t("common:loading")} />
        ) : link === undefined ? (
          <Entrance offer={offer} />
        ) : (
          <NewPassword link={link} minimum={offer.minimumPasswordLength} />
        )}
      </Paper>
    </main>
  );
}

/** The state of a form that is sent: whether it is on its way, and what was refused. */
function useSending() {
  const [sending, setSending] = useState(false);
  const [failure, setFailure] = useState<unknown>();
  const send = (action: () => Promise<void>) => {
    setSending(true);
    setFailure(undefined);
    void action()
      .catch(setFailure)
      .finally(() => setSending(false));
  };
  return { sending, failure, send };
}

function Entrance({ offer }: { offer: SignInOffer }) {
  const t = useT("signin");
  const { sending, failure, send } = useSending();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send(() => signIn(email, password));
  };
  return (
    <>
      {offer.demoSignIn && (
        <>
          <Button size="md" fullWidth loading={sending} rightSection={<Icon name="right" />} onClick={() => send(signInToDemo)}>
            {t("demo")}
          </Button>
          <Text size="sm" c="dimmed" ta="center">
            {t("demoText")}
          </Text>
          {offer.hasUsers && <Divider label={t("or")} />}
        </>
      )}
      {!offer.demoSignIn && !offer.hasUsers && <Text className={classes.note}>{t("noUsers")}</Text>}
      {(offer.hasUsers || !offer.demoSignIn) && (
        <form onSubmit={submit} className={classes.form}>
          <TextInput
            type="email"
            name="email"
            autoComplete="username"
            required
            withAsterisk={false}
            label={t("email")}
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          <PasswordInput
            name="password"
            autoComplete="current-password"
            required
            withAsterisk={false}
            label={t("password")}
            visibilityToggleButtonProps={{ "aria-label": t("showPassword") }}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          <Button type="submit" loading={sending} variant={offer.demoSignIn ? "light" : "filled"}>
            {t("signIn")}
          </Button>
        </form>
      )}
      <Refusal failure={failure} />
    </>
  );
}

function Refusal({ failure }: { failure: unknown }) {
  const t = useT("common");
  if (failure === undefined) return null;
  return (
    <Text className={classes.refusal} role="alert" data-value={failure instanceof ApiError || undefined}>
      {failure instanceof ApiError ? failure.message : t("serverGone")}
    </Text>
  );
}

function NewPassword({ link, minimum }: { link: string; minimum: number }) {
  const t = useT("signin");
  const { sending, failure, send } = useSending();
  const [facts, setFacts] = useState<LinkFacts>();
  const [unusable, setUnusable] = useState<unknown>();
  const [form, setForm] = useState({ email: "", firstName: "", lastName: "", password: "" });
  useEffect(() => {
    readLink(link).then(setFacts, setUnusable);
  }, [link]);
  if (unusable !== undefined) return <Failed error={unusable} />;
  if (facts === undefined) return <Loader mx="auto" aria-label={t("common:loading")} />;
  const about = (name: string) => (failure instanceof ApiError ? failure.about(name) : undefined);
  const field = (name: keyof typeof form) => ({
    label: t(name),
    name,
    value: form[name],
    error: about(name),
    onChange: (event: { currentTarget: { value: string } }) => {
      const { value } = event.currentTarget;
      setForm((before) => ({ ...before, [name]: value }));
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const { password, ...names } = form;
    send(() => signInByLink({ link, password, ...(facts.first ? names : {}) }));
  };
  return (
    <form onSubmit={submit} className={classes.form}>
      <Text c="dimmed">{facts.first ? t("firstText") : t("linkText", { email: facts.email ?? "" })}</Text>
      {facts.first && (
        <>
          <TextInput type="email" autoComplete="username" required withAsterisk={false} {...field("email")} />
          <TextInput autoComplete="given-name" {...field("firstName")} />
          <TextInput autoComplete="family-name" {...field("lastName")} />
        </>
      )}
      <PasswordInput
        autoComplete="new-password"
        required
        withAsterisk={false}
        minLength={minimum}
        description={t("passwordRule", { count: minimum })}
        visibilityToggleButtonProps={{ "aria-label": t("showPassword") }}
        {...field("password")}
      />
      <Button type="submit" loading={sending}>
        {t("setPassword")}
      </Button>
      <Refusal failure={failure} />
    </form>
  );
}
