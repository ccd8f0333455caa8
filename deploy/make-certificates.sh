#!/bin/sh
# An authority of your own and a certificate for each node, for TLS between nodes and towards the offices.
#
#   ./make-certificates.sh FOLDER NAME[,ADDRESS…] …
#   ./make-certificates.sh certs node1.example,10.0.0.1 node2.example,10.0.0.2 node3.example,10.0.0.3
#
# FOLDER gets ca.crt (give it to nodes and offices), ca.key (lock it away: whoever has it can pretend to be a node), and
# for each node NAME.crt and NAME.key. Certificates are good for two years; run it again with the same folder to make new ones
# from the same authority. Needs openssl.
set -eu
folder=${1:?folder}
shift
[ $# -gt 0 ] || { echo "Name at least one node." >&2; exit 2; }
umask 077
mkdir -p "$folder"
cd "$folder"

if [ ! -e ca.key ]; then
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj "/CN=coursectl cluster" \
    -addext "basicConstraints=critical,CA:TRUE,pathlen:0" -addext "keyUsage=critical,keyCertSign,cRLSign" \
    -keyout ca.key -out ca.crt 2>/dev/null
fi

for node in "$@"; do
  name=${node%%,*}
  names=""
  for one in $(echo "$node" | tr ',' ' '); do
    case $one in
      *[!0-9.]*) kind=DNS ;;
      *) kind=IP ;;
    esac
    names="$names${names:+,}$kind:$one"
  done
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$name" \
    -keyout "$name.key" -out "$name.csr" 2>/dev/null
  printf 'subjectAltName=%s\nextendedKeyUsage=serverAuth,clientAuth\n' "$names" >"$name.ext"
  openssl x509 -req -in "$name.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -days 730 -extfile "$name.ext" \
    -out "$name.crt" 2>/dev/null
  rm -f "$name.csr" "$name.ext"
  echo "$name: $names"
done
