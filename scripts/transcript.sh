#!/usr/bin/env bash
# Write the README's transcript anew: scripts/transcript.sh
#
# Starts the demonstration in an empty folder on free ports, types the commands below into this shell one after the
# other, and puts them with what they really answered between the README's two marks. Needs curl and jq.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
PATH=$root/.venv/bin:$PATH

commands() {
    cat <<'COMMANDS'
repairflow import workflows/samples/penalties.csv --office YX-STHJ
api=http://127.0.0.1:8000/api/v1
for who in jiangyizhou xuzhixing chenmo zhouyuan shenjibai; do repairflow user token $who > $who.token; done
ask()  { curl -sG -H "Authorization: Bearer $(cat $1.token)" "$api/$2" --data-urlencode "$3"; }
post() { curl -s -H "Authorization: Bearer $(cat $1.token)" -H "Idempotency-Key: $1-$2" --json "$3" "$api/$2"; }
ask jiangyizhou records 'search=溪环罚〔2026〕21号' | jq -c '.items[] | {number, state, publicity}'
record=$(ask jiangyizhou records 'search=溪环罚〔2026〕21号' | jq -r '.items[0].number')
proof=$(curl -s -H "Authorization: Bearer $(cat jiangyizhou.token)" -F kind=performance_proof -F file=@receipt.png $api/materials | jq -r .token)
filing='{"performed_on": "2026-02-20", "correction": "罚款已缴清，堆场已覆盖并喷淋。", "commitment_signed_by": "蒋一舟"}'
post jiangyizhou cases '{"procedure": "repair", "record": "'$record'", "materials": ["'$proof'"], "inputs": '"$filing"'}' | tee filed | jq -c '{case, to_state, letter}'
case=$(jq -r .case filed)
ask jiangyizhou cases/$case/deadlines '' | jq -r '.items[] | "\(.label)：\(.explain)"'
step() { post $1 cases/$case/actions/$2 "$3" | jq -c '{action, to_state, letter, title, detail} | del(..|nulls)'; }
step xuzhixing accept '{"expected_version": 1}'
met='{"met": true}'; conditions='{"minimum_period": '$met', "performed": '$met', "commitment": '$met', "other_law": '$met'}'
step chenmo report_verification '{"expected_version": 2, "reason": "已核对缴款记录和现场。", "inputs": {"conditions": '"$conditions"'}}'
step zhouyuan propose_grant '{"expected_version": 3, "reason": "符合修复条件，拟准予修复。"}'
step zhouyuan grant '{"expected_version": 4, "reason": "同意。"}'
step shenjibai grant '{"expected_version": 4, "reason": "同意。"}'
until ask jiangyizhou cases/$case '' | jq -e .outcome > /dev/null; do sleep 1; done
ask jiangyizhou cases/$case '' | jq -c '{state_label, pushes: [.pushes[] | {name, state}] | unique}'
ask jiangyizhou cases/$case/letters '' | jq -r '.items[] | "\(.number) \(.title) \(.verify)"'
curl -s http://127.0.0.1:8001/targets/xinyong-yunxi/records/$record | grep -o '<h2>此信息.*</h2>'
repairflow audit verify; echo "exit code $?"
COMMANDS
}

if [ "${1:-}" = --commands ]; then commands; exit; fi

work=$(mktemp -d)
export REPAIRFLOW_HOME=$work/var REPAIRFLOW_PORT=18000 REPAIRFLOW_PLATFORM_PORT=18001
repairflow demo > "$work/demo.log" 2>&1 &
demo=$!
trap 'kill $demo; wait $demo || true; rm -rf "$work"' EXIT
until grep -q '按 Ctrl-C 停止' "$work/demo.log"; do kill -0 $demo; sleep 1; done

mkdir "$work/desk"
ln -s "$root/workflows" "$work/desk/workflows"
cd "$work/desk"
base64 -d > receipt.png <<< iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==
set +e
while IFS= read -r command; do
    printf '$ %s\n' "$command"
    eval "${command//127.0.0.1:8/127.0.0.1:18}" < /dev/null
done < <(commands) > "$work/transcript" 2>&1
sed -i 's/127\.0\.0\.1:18/127.0.0.1:8/g' "$work/transcript"
cd "$root"
python - "$work/transcript" <<'PYTHON'
import sys
from pathlib import Path

readme, said = Path("README.md"), Path(sys.argv[1]).read_text(encoding="utf-8").rstrip()
before, rest = readme.read_text(encoding="utf-8").split("<!-- transcript: scripts/transcript.sh -->\n", 1)
_, after = rest.split("<!-- end of transcript -->", 1)
block = f"<!-- transcript: scripts/transcript.sh -->\n```\n{said}\n```\n<!-- end of transcript -->"
readme.write_text(before + block + after, encoding="utf-8")
PYTHON
