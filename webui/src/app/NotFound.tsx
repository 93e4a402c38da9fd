import { Button } from "@mantine/core";
import { Link } from "react-router";
import { useT } from "../i18n";
import { Empty } from "../parts/Empty";

export function NotFound() {
  const t = useT("common");
  return (
    <Empty icon="search" title={t("noSuchPage")} text={t("noSuchPageText")}>
      <Button component={Link} to="/" variant="light">
        {t("toHome")}
      </Button>
    </Empty>
  );
}
