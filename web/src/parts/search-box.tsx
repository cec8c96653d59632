import { type FormEvent, type KeyboardEvent, useDeferredValue, useId, useMemo, useState } from "react";
import { ComboBox, Input, Label, ListBox, ListBoxItem, Popover } from "react-aria-components";
import { useLocation } from "wouter";
import { useAnswer } from "../answer";
import { complete, guess, read } from "../ask";
import { useDirectory } from "../directory";
import { issuePath, leaderPath, partyPath } from "../format";
import { Search } from "../operations";
import { useNear } from "./near";

interface Suggestion {
  id: string;
  path: string;
  text: string;
  hint: string;
}

const searchPath = (text: string) => `/search?q=${encodeURIComponent(text)}`;

/**
 * Reads "Japan US tariffs" as a question and leads to the page that answers it; all else is searched for. It begins with what
 * was asked last, if that is what the page is about.
 */
export function SearchBox({ id, asked = "", prominent = false }: { id: string; asked?: string; prominent?: boolean }) {
  const [, navigate] = useLocation();
  const [text, setText] = useState(asked);
  const [opened, setOpened] = useState(false);
  const { entries, names, done } = useDirectory(!opened);
  const late = useDeferredValue(text.trim());
  // The list opens on a letter typed only if it holds something by then: the first letter is not put off.
  const typed = late === "" ? text.trim() : late;
  const leaders = useAnswer(Search, { text: `${typed.replaceAll('"', " ")}*`, types: ["LEADER"], first: 3 }, typed.length < 3);
  const labelId = useId();

  const reading = useMemo(() => (done ? read(typed, names) : null), [typed, names, done]);
  const completed = useMemo(() => complete(typed, entries, 5), [typed, entries]);
  const led = typed.length < 3 ? [] : (leaders.data?.search.edges ?? []);
  // Only what is the beginning of no name may be a name misspelt.
  const { near } = useNear(typed, !opened || !done || !!reading || completed.length > 0 || led.length > 0);
  const suggestions = useMemo<Suggestion[]>(() => {
    if (typed === "") return [];
    const found: Suggestion[] = [];
    if (reading) found.push({ id: "reading", path: reading.path, text: reading.label, hint: "answer" });
    if (!reading?.whole) {
      for (const { path, label } of guess(typed, entries, names, 3)) found.push({ id: path, path, text: label, hint: "answer" });
    }
    for (const entry of completed) {
      const path = entry.kind === "party" ? partyPath(entry.code) : issuePath(entry.slug);
      found.push({ id: path, path, text: entry.name, hint: entry.kind });
    }
    for (const { node } of led) {
      if (node.__typename === "Leader")
        found.push({ id: leaderPath(node.slug), path: leaderPath(node.slug), text: node.name, hint: "leader" });
    }
    for (const { path, name } of near) found.push({ id: path, path, text: name, hint: "did you mean" });
    found.push({ id: "search", path: searchPath(typed), text: `Search everything for “${typed}”`, hint: "" });
    return found.filter((one, i) => found.findIndex((other) => other.path === one.path) === i);
  }, [typed, entries, names, reading, completed, leaders.data, near]);

  function go(path: string) {
    setText("");
    navigate(path);
    (document.activeElement as HTMLElement | null)?.blur();
  }

  function answer() {
    const asked = text.trim();
    if (asked === "") return;
    const meant = read(asked, names);
    go(meant?.whole ? meant.path : searchPath(asked));
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    answer();
  }

  // The list of suggestions would take an Enter to close itself, though none of them is chosen.
  function press(event: KeyboardEvent<HTMLFormElement>) {
    if (
      event.key !== "Enter" ||
      !(event.target instanceof HTMLInputElement) ||
      event.target.hasAttribute("aria-activedescendant")
    )
      return;
    event.preventDefault();
    event.stopPropagation();
    answer();
  }

  return (
    <form
      role="search"
      className={prominent ? "search prominent" : "search"}
      onSubmit={submit}
      onKeyDownCapture={press}
      action="/search"
    >
      <ComboBox
        inputValue={text}
        onInputChange={setText}
        onFocus={() => setOpened(true)}
        items={suggestions}
        allowsCustomValue
        allowsEmptyCollection={false}
        menuTrigger="input"
        selectedKey={null}
        onSelectionChange={(key) => {
          const chosen = suggestions.find((suggestion) => suggestion.id === key);
          if (chosen) go(chosen.path);
        }}
        defaultFilter={() => true}
      >
        <Label id={labelId} className="sr-only">
          Ask or search
        </Label>
        <Input
          id={id}
          name="q"
          type="search"
          placeholder={prominent ? "Japan US tariffs, Japan → US, who else tariffs …" : "Ask or search"}
          autoComplete="off"
        />
        <Popover className="popover suggestions" placement="bottom start" offset={4}>
          <ListBox<Suggestion> aria-labelledby={labelId}>
            {(suggestion) => (
              <ListBoxItem id={suggestion.id} textValue={text} className="suggestion">
                <span>{suggestion.text}</span> <small>{suggestion.hint}</small>
              </ListBoxItem>
            )}
          </ListBox>
        </Popover>
      </ComboBox>
      <button type="submit">{prominent ? "Ask" : "Go"}</button>
    </form>
  );
}
