import { type FormEvent, useState } from "react";
import { Button, Dialog, DialogTrigger, Popover } from "react-aria-components";
import { useLocation, useSearch } from "wouter";
import { useDirectory } from "../directory";
import { acts, type Filter, filterSearch, type ListKey, modalities, readFilter, unreadable, without } from "../filter";
import { actName, dayName, modalityName } from "../format";

/** The filter in the address, and a way to change it that leaves the rest of the address as it is. */
export function useFilter(): [Filter, (filter: Filter) => void] {
  const search = useSearch();
  const [path, navigate] = useLocation();
  return [readFilter(search), (filter) => navigate(path + filterSearch(filter))];
}

type Condition = ListKey | "since" | "until" | "minConfidence" | "text";

const words: Record<Condition, string> = {
  by: "raised by",
  with: "raised with",
  between: "between",
  issue: "issue",
  area: "area",
  act: "act",
  modality: "mode",
  speaker: "speaker",
  source: "source",
  since: "since",
  until: "until",
  minConfidence: "confidence from",
  text: "with the words",
};

function chips(filter: Filter, hidden: Condition[], nameOf: (key: Condition, value: string) => string) {
  return (Object.keys(words) as Condition[])
    .filter((key) => !hidden.includes(key))
    .flatMap((key) => {
      const held = filter[key];
      const values = Array.isArray(held) ? held : held === undefined ? [] : [String(held)];
      return values.map((value) => ({ key, value, text: `${words[key]} ${nameOf(key, value)}` }));
    });
}

/** The conditions of a page as chips that can be taken away, and a form for more. `fixed` are those of its path. */
export function Filters({ fixed = [] }: { fixed?: Condition[] }) {
  const [filter, setFilter] = useFilter();
  const [opened, setOpened] = useState(false);
  // Names are asked for where a chip or the form shows some.
  const named = (["by", "with", "between", "issue"] as const).some((key) => !fixed.includes(key) && filter[key].length > 0);
  const { entries } = useDirectory(!opened && !named);
  const issues = entries.filter((entry) => entry.kind === "issue");
  const parties = entries.filter((entry) => entry.kind === "party");

  function nameOf(key: Condition, value: string): string {
    switch (key) {
      case "by":
      case "with":
      case "between":
        return parties.find((party) => party.code === value)?.name ?? value;
      case "issue":
        return issues.find((issue) => issue.slug === value)?.name ?? value;
      case "act":
        return actName(value as Filter["act"][number]);
      case "modality":
        return modalityName(value as Filter["modality"][number]);
      case "since":
      case "until":
        return dayName(value);
      case "text":
        return `“${value}”`;
      default:
        return value;
    }
  }

  const shown = chips(filter, fixed, nameOf);
  return (
    <div className="filters" role="group" aria-label="Conditions">
      <ul className="chips">
        {shown.map(({ key, value, text }) => (
          <li key={`${key} ${value}`}>
            <button
              type="button"
              className="chip"
              onClick={() => setFilter(without(filter, key, value))}
              aria-label={`Take away: ${text}`}
            >
              {text} <span aria-hidden="true">×</span>
            </button>
          </li>
        ))}
      </ul>
      <DialogTrigger onOpenChange={() => setOpened(true)}>
        <Button className="add">{shown.length > 0 ? "Change conditions" : "Add conditions"}</Button>
        <Popover placement="bottom start" className="popover">
          <Dialog className="filter-form" aria-label="Conditions">
            {({ close }) => (
              <FilterForm
                filter={filter}
                fixed={fixed}
                issues={issues.map((issue) => ({ value: issue.slug, text: issue.name }))}
                parties={parties.map((party) => ({ value: party.code, text: party.name }))}
                apply={(next) => {
                  setFilter(next);
                  close();
                }}
              />
            )}
          </Dialog>
        </Popover>
      </DialogTrigger>
      <Unread />
    </div>
  );
}

/** The conditions of the address that cannot be read, and so were left out. */
function Unread() {
  const search = useSearch();
  const [path, navigate] = useLocation();
  const left = unreadable(search);
  if (left.length === 0) return null;
  function takeAway(name: string, value: string) {
    const params = new URLSearchParams(search);
    const others = params.getAll(name).filter((held) => held.trim() !== value);
    params.delete(name);
    for (const other of others) params.append(name, other);
    navigate(params.size > 0 ? `${path}?${params}` : path);
  }
  return (
    <div className="unread" role="status">
      {left.map(({ name, value, wanted }) => (
        <p key={`${name} ${value}`}>
          <strong>Left out:</strong> {name} “{value}”. What it takes is {wanted}.{" "}
          <button type="button" className="chip" onClick={() => takeAway(name, value)}>
            Take it away
          </button>
        </p>
      ))}
    </div>
  );
}

interface Option {
  value: string;
  text: string;
}

function FilterForm({
  filter,
  fixed,
  issues,
  parties,
  apply,
}: {
  filter: Filter;
  fixed: Condition[];
  issues: Option[];
  parties: Option[];
  apply(filter: Filter): void;
}) {
  const [draft, setDraft] = useState(filter);
  // A list is changed by one value here: what a page is narrowed to is nearly always one.
  function choose(key: ListKey, label: string, options: Option[]) {
    if (fixed.includes(key)) return null;
    return (
      <label>
        {label}
        <select
          value={draft[key][0] ?? ""}
          onChange={(event) => setDraft({ ...draft, [key]: event.target.value ? [event.target.value] : [] })}
        >
          <option value="">any</option>
          {options.map(({ value, text }) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
      </label>
    );
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    apply(draft);
  }

  return (
    <form onSubmit={submit}>
      {choose("by", "Raised by", parties)}
      {choose("with", "Raised with", parties)}
      {choose("issue", "Issue", issues)}
      {choose(
        "act",
        "Act",
        acts.map((value) => ({ value, text: actName(value) })),
      )}
      {choose(
        "modality",
        "Mode",
        modalities.map((value) => ({ value, text: modalityName(value) })),
      )}
      <label>
        Since
        <input
          type="date"
          value={draft.since ?? ""}
          onChange={(event) => setDraft({ ...draft, since: event.target.value || undefined })}
        />
      </label>
      <label>
        Until
        <input
          type="date"
          value={draft.until ?? ""}
          onChange={(event) => setDraft({ ...draft, until: event.target.value || undefined })}
        />
      </label>
      <label>
        Confidence from
        <select
          value={draft.minConfidence ?? ""}
          onChange={(event) => setDraft({ ...draft, minConfidence: event.target.value ? Number(event.target.value) : undefined })}
        >
          <option value="">any</option>
          {[0.5, 0.6, 0.7, 0.8, 0.9].map((value) => (
            <option key={value} value={value}>
              {value}
            </option>
          ))}
        </select>
      </label>
      <label className="wide">
        Words of the sentence
        <input
          type="text"
          value={draft.text ?? ""}
          onChange={(event) => setDraft({ ...draft, text: event.target.value.trim() ? event.target.value : undefined })}
        />
      </label>
      <p className="wide">
        <button type="submit" className="primary">
          Apply
        </button>
      </p>
    </form>
  );
}
