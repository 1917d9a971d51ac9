# All that `siberius doctor` asks a machine, in one go. Nothing here writes, starts, stops or sets
# anything; a part that does not answer leaves its section empty.
section() { printf '\n== %s\n' "$1"; }

http() { # ADDRESS PORT PATH: the whole answer, with nothing but bash
  exec 3<>"/dev/tcp/$1/$2" || return
  printf 'GET %s HTTP/1.0\r\nHost: %s\r\n\r\n' "$3" "$1" >&3
  timeout 5 cat <&3
  exec 3>&-
}

https() { # ADDRESS PORT PATH: the same over TLS
  printf 'GET %s HTTP/1.0\r\nHost: %s\r\n\r\n' "$3" "$1" | timeout 5 openssl s_client -quiet \
    -CAfile /etc/siberius/pki/ca.crt -verify_return_error -verify_ip "$1" -connect "$1:$2"
}

haproxy_says() { # SECTION WORD: the lines of that section that begin so
  awk -v section="$1" -v word="$2" '/^[^ \t]/ { here = $0 == section } here && $1 == word' \
    /etc/haproxy/haproxy.cfg
}

redis() { # PORT COMMAND…
  REDISCLI_AUTH=$(sed -n 's/^requirepass //p' /etc/siberius/redis.conf) timeout 5 \
    redis-cli --tls --cacert /etc/siberius/pki/ca.crt -p "$@"
}

etcd() {
  timeout 10 etcdctl --endpoints="$(sed -n 's/^advertise-client-urls: //p' /etc/siberius/etcd.yml)" \
    --cacert=/etc/siberius/pki/ca.crt --cert=/etc/siberius/pki/host.crt \
    --key=/etc/siberius/pki/host.key --command-timeout=3s "$@" 2>&1
}

machine() {
  section system
  (. /etc/os-release && echo "$ID $VERSION_ID")
  section memory
  awk '/^Mem(Total|Available):/ { print int($2 / 1024) }' /proc/meminfo
  section disks
  df -m --output=target,size,avail / /var/lib/postgresql /var/lib/minio | tail -n +2 | sort -u
  section addresses
  ip -o -4 addr
  section certificates
  for file in /etc/siberius/pki/ca.crt /etc/siberius/pki/host.crt /etc/haproxy/siberius.pem; do
    [ -e $file ] && echo "$file $(date +%s -d "$(openssl x509 -enddate -noout -in $file | cut -d= -f2)")"
  done
  section units
  systemctl show --property=Id,LoadState,ActiveState,NRestarts etcd patroni siberius-redis \
    siberius-sentinel siberius-minio haproxy keepalived siberius nftables
  section updates
  apt-config dump | grep -E '^(APT::Periodic::Unattended-Upgrade|Unattended-Upgrade::(Automatic-Reboot|Package-Blacklist))'
  dpkg-query --show --showformat='needrestart ${Status}\n' needrestart
  [ -e /run/reboot-required ] && echo reboot-required
}

server() {
  section etcd-health
  etcd endpoint health
  section etcd-status
  etcd endpoint status --write-out=json
  section etcd-alarms
  etcd alarm list
  section etcd-election
  sed -n 's/^election-timeout: //p' /etc/siberius/etcd.yml
  section patroni-members
  https 127.0.0.1 8008 /cluster | sed '1,/^\r*$/d'
  section patroni-settings
  https 127.0.0.1 8008 /config | sed '1,/^\r*$/d'
  section postgres
  PGOPTIONS='-c default_transaction_read_only=on' timeout 10 runuser -u postgres -- psql --no-psqlrc -At -F ' ' \
    -h "$(sed -n 's/^ *unix_socket_directories: //p' /etc/patroni/config.yml)" -c "
    SELECT name, setting FROM pg_settings WHERE name IN
      ('fsync', 'full_page_writes', 'synchronous_commit', 'synchronous_standby_names')
    UNION ALL SELECT 'pending_restart', name FROM pg_settings WHERE pending_restart
    UNION ALL SELECT 'overridden', concat_ws(' ', r.rolname, d.datname, setting)
      FROM pg_db_role_setting s LEFT JOIN pg_roles r ON r.oid = setrole
      LEFT JOIN pg_database d ON d.oid = setdatabase, unnest(setconfig) setting
      WHERE setting ~ '^synchronous_commit='"
  section redis-role
  redis 6379 info replication | tr -d '\r' | sed -n 's/^role://p'
  section redis-master
  redis 26379 sentinel get-master-addr-by-name siberius | head -1
  section redis-quorum
  redis 26379 sentinel ckquorum siberius
  section minio
  https 127.0.0.1 9000 /minio/health/live | head -1
  https 127.0.0.1 9000 /minio/health/cluster | head -1
  section haproxy-checks
  haproxy_says 'listen postgres_primary' default-server
  section haproxy-servers
  stats=$(haproxy_says 'frontend stats' bind | awk '{ print $2 }')
  https "${stats%:*}" "${stats##*:}" '/;csv' | sed '1,/^\r*$/d'
  section ready
  http 127.0.0.1 8000 /health/ready | sed '1s/\r$//; 2,/^\r*$/d'
  section releases
  # What is meant to run, and where what runs was loaded from.
  readlink /opt/siberius/current
  grep -o '/opt/siberius/[^/]*' "/proc/$(systemctl show --property=MainPID --value siberius)/maps" | sort -u
  section patience
  sed -n 's/^SIBERIUS_FAILOVER_PATIENCE_S="\(.*\)"$/\1/p' /etc/siberius/siberius.env
}

{
  section clock
  date +%s.%N
  machine
  [ -e /etc/siberius/etcd.yml ] && server
  section clock-after
  date +%s.%N
} </dev/null 2>/dev/null
