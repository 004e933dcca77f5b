# Steps beside each other, as many at a time as there are cores; for scripts that source this.
#
#     beside NAME COMMAND...   starts the command once a core is free
#     gathered                 waits for all of them, and ends the script if one failed, saying which
#
# What a step writes is printed when it ends, in one piece.

beside_folder=$(mktemp -d)
beside_running=()
beside_failed=()

beside() {
    while [ "${#beside_running[@]}" -ge "$(nproc)" ]; do beside_next; done
    local name=$1
    shift
    # A step has no input, as it would wait for some forever; its exit code is written last.
    {
        set +e
        (set -e && "$@") >"$beside_folder/$name" 2>&1 </dev/null
        echo "$?" >"$beside_folder/$name.code"
    } &
    beside_running+=("$name")
}

# Wait until a step has ended, and print it.
beside_next() {
    local name others=() ended="" code state
    while [ -z "$ended" ]; do
        for name in "${beside_running[@]}"; do
            if [ -s "$beside_folder/$name.code" ]; then ended=$name; fi
        done
        if [ -n "$ended" ]; then break; fi
        wait -n && state=0 || state=$?
        # No process is left: one was killed before it could write its code.
        if [ "$state" -eq 127 ]; then
            for name in "${beside_running[@]}"; do
                if [ ! -s "$beside_folder/$name.code" ]; then echo 137 >"$beside_folder/$name.code"; fi
            done
        fi
    done
    code=$(<"$beside_folder/$ended.code")
    printf '\n##### %s: exit code %s (%s s)\n' "$ended" "$code" "$SECONDS"
    cat "$beside_folder/$ended"
    if [ "$code" -ne 0 ]; then beside_failed+=("$ended"); fi
    for name in "${beside_running[@]}"; do
        if [ "$name" != "$ended" ]; then others+=("$name"); fi
    done
    beside_running=("${others[@]}")
}

gathered() {
    while [ "${#beside_running[@]}" -gt 0 ]; do beside_next; done
    if [ "${#beside_failed[@]}" -gt 0 ]; then
        printf 'error: failed: %s\n' "${beside_failed[@]}"
        exit 1
    fi
}
