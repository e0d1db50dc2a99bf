# gossipod(1) completed by bash. Written by tools/command_files.py.
_gossipod() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} subcommand= i
  COMPREPLY=()
  # --level=basic comes as three words.
  if [[ $word == = ]]; then
    word=
  elif [[ $before == = && COMP_CWORD -gt 2 ]]; then
    before=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  for ((i = 1; i < COMP_CWORD; ++i)); do
    case ${COMP_WORDS[i]} in
      node | demo | keygen) subcommand=${COMP_WORDS[i]} && break ;;
    esac
  done
  case $subcommand:$before in
    node:--name | \
      node:--bind | \
      node:--advertise | \
      node:--join | \
      node:--dns-servers | \
      node:--key | \
      node:--label | \
      node:--cidr | \
      node:--meta | \
      node:--delegate-protocol | \
      node:--probing-interval | \
      node:--ack-timeout | \
      node:--indirect-ack-timeout | \
      node:--suspicious-timeout | \
      node:--gossip-interval | \
      node:--push-pull-interval | \
      node:--dead-reclaim-time | \
      node:--reconnect-interval | \
      node:--reconnect-timeout | \
      node:--join-retry | \
      node:--gossip-to-the-dead | \
      node:--indirect-checks | \
      node:--gossip-nodes | \
      node:--retransmit-multiplier | \
      node:--suspicion-multiplier | \
      node:--members-max | \
      node:--members-per-source-max)
      return ;;
    node:--profile)
      COMPREPLY=($(compgen -W 'local lan wan' -- "$word")); return ;;
    node:--verify-incoming | \
      node:--verify-outgoing | \
      node:--filter-sources | \
      node:--lha-probe | \
      node:--lha-suspicion | \
      node:--buddy | \
      node:--last-calls | \
      node:--drain-before-judging | \
      node:--excuse-late-turns)
      COMPREPLY=($(compgen -W 'on off' -- "$word")); return ;;
    node:--transport)
      COMPREPLY=($(compgen -W 'auto asio io_uring' -- "$word")); return ;;
    node:--level)
      COMPREPLY=($(compgen -W 'basic infection suspicion' -- "$word")); return ;;
    node:--protocol)
      COMPREPLY=($(compgen -W '1 2 3 4 5' -- "$word")); return ;;
    node:--probe-order)
      COMPREPLY=($(compgen -W 'round-robin random' -- "$word")); return ;;
    node:--on-own-death)
      COMPREPLY=($(compgen -W 'refute leave' -- "$word")); return ;;
    node:--log)
      COMPREPLY=($(compgen -W 'trace debug info warning error' -- "$word")); return ;;
    demo:--guest)
      COMPREPLY=($(compgen -f -- "$word")); return ;;
  esac
  case $subcommand in
    '')
      COMPREPLY=($(compgen -W '
        node demo keygen --help --version
      ' -- "$word")) ;;
    node)
      COMPREPLY=($(compgen -W '
        --help --name --bind --advertise --join --dns-servers --profile --key --label
        --verify-incoming --verify-outgoing --refuse-encryption-v0 --cidr --filter-sources
        --answer-members-only --transport --meta --delegate-protocol --no-compress --level
        --protocol --probing-interval --ack-timeout --indirect-ack-timeout --suspicious-timeout
        --gossip-interval --push-pull-interval --dead-reclaim-time --reconnect-interval
        --reconnect-timeout --join-retry --gossip-to-the-dead --indirect-checks --gossip-nodes
        --retransmit-multiplier --suspicion-multiplier --members-max --members-per-source-max
        --lha-probe --lha-suspicion --buddy --last-calls --probe-order --on-own-death
        --drain-before-judging --excuse-late-turns --incarnation-from-clock --log --trace --json
      ' -- "$word")) ;;
    demo)
      COMPREPLY=($(compgen -W '
        --help --guest
      ' -- "$word")) ;;
    keygen)
      COMPREPLY=($(compgen -W '
        --help
      ' -- "$word")) ;;
  esac
}
complete -F _gossipod gossipod
