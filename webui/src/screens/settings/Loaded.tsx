import { Loader } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useT } from "../../i18n";
import { Failed } from "../../parts/Failed";

interface Props<Data> {
  query: Pick<UseQueryResult<Data>, "data" | "error" | "refetch">;
  children: (data: Data) => ReactNode;
}

/** What is drawn from an answer, as soon as there is one; why there is none, and another try. */
export function Loaded<Data>({ query: { data, error, refetch }, children }: Props<Data>) {
  const t = useT("common");
  return (
    <>
      {error !== null && <Failed error={error} retry={() => void refetch()} />}
      {data === undefined && error === null && <Loader aria-label={t("loading")} />}
      {data !== undefined && children(data)}
    </>
  );
}
