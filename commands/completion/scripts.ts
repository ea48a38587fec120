import type { Command } from 'commander';

/** What can follow the words of a command. */
interface Words {
  /** The words after the name of the program, such as `key list`. */
  readonly path: string;
  readonly subcommands: readonly string[];
  readonly options: readonly string[];
  /** The values of options that have a list of them, by option. */
  readonly choices: Readonly<Record<string, readonly string[]>>;
}

const shells = ['bash', 'zsh', 'fish'] as const;

export type Shell = (typeof shells)[number];

/** All commands below one, from their definitions. */
function wordsOf(command: Command, path: readonly string[] = []): Words[] {
  const subcommands = command.commands.filter((one) => one.name() !== 'help');
  const options = command.options.filter(({ hidden }) => !hidden);
  const choices = options.flatMap(({ long, argChoices }) => (long && argChoices ? [[long, argChoices] as const] : []));
  const own: Words = {
    path: path.join(' '),
    subcommands: subcommands.map((one) => one.name()),
    options: [...options.flatMap(({ long }) => long ?? []), '--help'],
    choices: Object.fromEntries(choices),
  };
  return [own, ...subcommands.flatMap((one) => wordsOf(one, [...path, one.name()]))];
}

/** The path of the words before the cursor, without options and arguments: the longest that is a command. */
const walk = `  local path="" word
  for word in "\${words_before[@]}"; do
    case " $(_timeline_subcommands "$path") " in *" $word "*) path="\${path:+$path }$word" ;; esac
  done`;

function functions(all: readonly Words[]): string {
  const lines = (of: (words: Words) => readonly string[]) =>
    all.map((words) => `    "${words.path}") echo "${of(words).join(' ')}" ;;`).join('\n');
  const values = all.flatMap(({ path, choices }) =>
    Object.entries(choices).map(([option, of]) => `    "${path} ${option}") echo "${of.join(' ')}" ;;`),
  );
  return `_timeline_subcommands() {
  case "$1" in
${lines(({ subcommands }) => subcommands)}
  esac
}
_timeline_options() {
  case "$1" in
${lines(({ options }) => options)}
  esac
}
_timeline_choices() {
  case "$1 $2" in
${values.join('\n')}
    *) return 1 ;;
  esac
}`;
}

/** `npx timeline …` begins with a word more than `timeline …`. */
function bash(all: readonly Words[]): string {
  return `# Completion of "timeline" and "npx timeline" for bash.
${functions(all)}
_timeline() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="" first=1 candidates
  if [ "\${COMP_WORDS[0]##*/}" = npx ]; then
    if [ "$COMP_CWORD" -eq 1 ]; then COMPREPLY=($(compgen -W timeline -- "$current")); return; fi
    if [ "\${COMP_WORDS[1]}" != timeline ]; then return; fi
    first=2
  fi
  local words_before=("\${COMP_WORDS[@]:first:COMP_CWORD-first}")
  if [ "$COMP_CWORD" -gt "$first" ]; then previous="\${COMP_WORDS[COMP_CWORD-1]}"; fi
${walk}
  if candidates="$(_timeline_choices "$path" "$previous")"; then :
  elif [ "\${current#-}" != "$current" ]; then candidates="$(_timeline_options "$path")"
  else candidates="$(_timeline_subcommands "$path")"; fi
  COMPREPLY=($(compgen -W "$candidates" -- "$current"))
}
complete -o default -F _timeline timeline npx
`;
}

function zsh(all: readonly Words[]): string {
  return `#compdef timeline
# Completion of "timeline" for zsh.
${functions(all)}
_timeline() {
  local current="\${words[CURRENT]}" previous="\${words[CURRENT-1]}" candidates
  local -a words_before=("\${(@)words[2,CURRENT-1]}")
${walk}
  if candidates="$(_timeline_choices "$path" "$previous")"; then :
  elif [[ "$current" == -* ]]; then candidates="$(_timeline_options "$path")"
  else candidates="$(_timeline_subcommands "$path")"; fi
  if [[ -n "$candidates" ]]; then compadd -- \${=candidates}; else _files; fi
}
compdef _timeline timeline
`;
}

function fish(all: readonly Words[]): string {
  const lines = all.flatMap(({ path, subcommands, options, choices }) => {
    const names = path === '' ? [] : path.split(' ');
    const isHere = [
      ...names.map((name) => `__fish_seen_subcommand_from ${name}`),
      ...(subcommands.length > 0 ? [`not __fish_seen_subcommand_from ${subcommands.join(' ')}`] : []),
    ].join('; and ');
    const rule = `complete -c timeline -n '${isHere}'`;
    return [
      ...(subcommands.length > 0 ? [`${rule} -f -a '${subcommands.join(' ')}'`] : []),
      ...options.map((option) => {
        const values = choices[option];
        return `${rule} -l ${option.slice(2)}${values ? ` -x -a '${values.join(' ')}'` : ''}`;
      }),
    ];
  });
  return `# Completion of "timeline" for fish.\n${lines.join('\n')}\n`;
}

const writers: Readonly<Record<Shell, (all: readonly Words[]) => string>> = { bash, zsh, fish };

/** The shells for which there is a script. */
export const completionShells: readonly Shell[] = shells;

/** The script that completes command lines of a program in a shell. */
export const completionScript = (shell: Shell, program: Command): string => writers[shell](wordsOf(program));
