import { Group, TextInput } from "@mantine/core";
import { useT } from "../../i18n";
import type { About } from "./FormDialog";

export interface Person {
  email: string;
  firstName: string;
  lastName: string;
}

/** Who somebody is, in the form for users and in the one for owners. */
export function PersonFields({ person, change, about }: { person: Person; change: (changes: Partial<Person>) => void; about: About }) {
  const t = useT("settings");
  const field = (name: keyof Person) => ({
    label: t(name),
    value: person[name],
    error: about(name),
    onChange: (event: { currentTarget: HTMLInputElement }) => change({ [name]: event.currentTarget.value }),
  });
  return (
    <>
      <TextInput data-autofocus type="email" {...field("email")} />
      <Group grow align="start">
        <TextInput {...field("firstName")} />
        <TextInput {...field("lastName")} />
      </Group>
    </>
  );
}
