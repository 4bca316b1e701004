/**
 * The scripts by which shells complete the program's words. Each hands the words over as they stand, as arguments: nothing
 * that is typed is evaluated. The program answers with lines `WORD<TAB>what it is`, and with a last line that says what
 * they are: `:words`, `:files` or `:folders`.
 */

export const shells = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof shells)[number];

const bash = `# bash completion for nearmirror. Needs no other package: source <(nearmirror completion bash)
_nearmirror() {
  local line
  local -a lines=()
  COMPREPLY=()
  # bash splits words at = and :, and the program puts them together again.
  while IFS= read -r line; do lines+=("$line"); done < <(
    nearmirror complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null
  )
  ((\${#lines[@]})) || return 0
  case "\${lines[\${#lines[@]} - 1]}" in
    :files) compopt -o default 2>/dev/null ;;
    :folders) compopt -o dirnames 2>/dev/null ;;
    *) for line in "\${lines[@]:0:\${#lines[@]}-1}"; do COMPREPLY+=("\${line%%$'\\t'*}"); done ;;
  esac
}
complete -F _nearmirror nearmirror
`;

const zsh = `#compdef nearmirror
# zsh completion for nearmirror: source <(nearmirror completion zsh), behind compinit; or this file in $fpath as _nearmirror.
_nearmirror() {
  local line
  local -a lines described
  lines=("\${(@f)$(nearmirror complete -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  case \${lines[-1]} in
    :files) _files; return ;;
    :folders) _files -/; return ;;
    :words) ;;
    *) return 1 ;;
  esac
  for line in "\${(@)lines[1,-2]}"; do
    described+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done
  _describe -V nearmirror described
}
if [ "\${funcstack[1]}" = _nearmirror ]; then
  _nearmirror "$@"
else
  compdef _nearmirror nearmirror
fi
`;

const fish = `# fish completion for nearmirror: nearmirror completion fish | source
function __nearmirror_complete
    set -l before (commandline -opc)
    set -l current (commandline -ct)
    set -l lines (nearmirror complete -- $before[2..-1] "$current" 2>/dev/null)
    test (count $lines) -gt 0; or return
    switch $lines[-1]
        case :files
            __fish_complete_path "$current"
        case :folders
            __fish_complete_directories "$current"
        case :words
            test (count $lines) -gt 1; and printf '%s\\n' $lines[1..-2]
    end
end
complete -c nearmirror -f -a '(__nearmirror_complete)'
`;

export const completionScripts: Readonly<Record<Shell, string>> = { bash, zsh, fish };
